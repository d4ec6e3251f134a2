import type { StartInput } from '../start-file/start-schema';

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
} satisfies StartInput;
