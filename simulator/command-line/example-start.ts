import type { MarketplaceStart } from '../public-api';

/** What the simulator sells when nobody names products. */
export const EXAMPLE_START = {
  products: [
    {
      productCode: 'exampleproductcode',
      name: 'Example product',
      pricingModel: 'contractWithConsumption',
      dimensions: ['requests', 'seats'],
    },
  ],
} satisfies MarketplaceStart;
