import type { Product } from '../../../../lambdas/shared/contract/seller-configuration';
import {
  CONTRACT_PRODUCT,
  formOf,
  NETTED_DIMENSION,
  UNLISTED_DIMENSION,
  UNMETERED_PRODUCT,
} from '../../driver/settings';
import { settingsOf } from '../memory-settings';
import type { MemoryWorld } from '../memory-engine';

/** The seller deploys another configuration; what runs keeps the one that it was started with. */
export function reconfigure(world: MemoryWorld): void {
  world.dice.pick([changeLateness, changeTimes, changeContract, removeDimension, changeForm])(world);
}

/** Usage that was counted under the old lateness stays counted. */
function changeLateness(world: MemoryWorld): void {
  const { dice, settings, books } = world;
  if (!world.allows('reconfigured')) return;
  settings.latenessHours = dice.pick([2, 4, 24, 48]);
  books.longestLatenessHours = Math.max(books.longestLatenessHours, settings.latenessHours);
  world.count('reconfigured', `to ${settings.latenessHours} hours`);
}

function changeTimes(world: MemoryWorld): void {
  const { dice, settings } = world;
  if (!world.allows('timesChanged')) return;
  settings.graceMinutes = dice.pick([1, 5, 20]);
  settings.batchingWindowSeconds = dice.pick([0, 60, 300]);
  settings.unsendableUsage = dice.pick(['carry', 'expire']);
  const { graceMinutes, batchingWindowSeconds, unsendableUsage } = settings;
  world.count('timesChanged', `grace ${graceMinutes} min, window ${batchingWindowSeconds} s, ${unsendableUsage}`);
}

/** What the contract covered before stays covered; from now on its usage is compared with another amount or period. */
function changeContract(world: MemoryWorld): void {
  const { dice } = world;
  if (!world.allows('contractTermsChanged')) return;
  const contractPeriod = dice.pick([{ kind: 'calendarMonth' }, { kind: 'anniversary', months: 1 }] as const);
  const coveredBy = dice.pick([null, NETTED_DIMENSION, NETTED_DIMENSION]);
  deploy(world, (product) =>
    product.productCode === CONTRACT_PRODUCT
      ? withDimensions({ ...product, contractPeriod }, (each) =>
          each.apiName === NETTED_DIMENSION ? { ...each, coveredBy } : each,
        )
      : product,
  );
  world.count('contractTermsChanged', `${contractPeriod.kind}, covered by ${String(coveredBy)}`);
}

/** Usage of a removed dimension is refused; hours that have some wait until it is back. */
function removeDimension(world: MemoryWorld): void {
  const { dice, books, settings } = world;
  if (!world.allows('dimensionRemoved')) return;
  if (dice.chance(0.5) && books.removedDimensions.size > 0) return restoreDimensions(world);
  const asked = books.zeros.at(-1);
  const removable = settings.products.flatMap(({ productCode, pricingModel, dimensions }) => {
    const usual = dimensions.filter(({ apiName }) => apiName !== UNLISTED_DIMENSION);
    if (usual.length < 2 || pricingModel !== 'subscription') return [];
    return usual.map(({ apiName }) => ({ productCode, apiName }));
  });
  const chosen = dice.pickMaybe(removable.filter(({ apiName }) => apiName !== asked?.dimension));
  if (chosen === undefined) return;
  const { productCode, apiName: removed } = chosen;
  books.removedDimensions.add(`${productCode} ${removed}`);
  deploy(world, (product) =>
    product.productCode === productCode
      ? { ...product, dimensions: product.dimensions.filter(({ apiName }) => apiName !== removed) }
      : product,
  );
  world.count('dimensionRemoved', `${removed} of ${productCode}`);
}

/** Hours that are sealed from now on are billed in the other form. */
function changeForm(world: MemoryWorld): void {
  const { dice, settings } = world;
  if (!world.allows('formChanged')) return;
  const { productCode, dimensions } = dice.pick(
    settings.products.filter((product) => product.productCode !== UNMETERED_PRODUCT),
  );
  const { apiName } = dice.pick(dimensions);
  deploy(world, (product) =>
    product.productCode === productCode
      ? withDimensions(product, (each) =>
          each.apiName === apiName ? { ...each, quantities: each.quantities === 'whole' ? 'decimal' : 'whole' } : each,
        )
      : product,
  );
  world.count('formChanged', `${apiName} of ${productCode}`);
}

/** In the end the seller has the first configuration again, so that every hour can come to rest. */
export function restoreConfiguration(world: MemoryWorld): void {
  const { settings } = world;
  const { graceMinutes, batchingWindowSeconds, products } = settingsOf(settings);
  Object.assign(settings, { graceMinutes, batchingWindowSeconds });
  restoreDimensions(world);
  deploy(world, (product) => {
    const first = products.find(({ productCode }) => productCode === product.productCode);
    return withDimensions({ ...product, contractPeriod: first?.contractPeriod }, (each) => ({
      ...each,
      quantities: formOf(each.apiName),
      ...(each.coveredBy !== undefined && {
        coveredBy: first?.dimensions.find(({ apiName }) => apiName === each.apiName)?.coveredBy,
      }),
    }));
  });
}

function restoreDimensions(world: MemoryWorld): void {
  const { products } = settingsOf(world.settings);
  deploy(world, (product) => {
    const first = products.find(({ productCode }) => productCode === product.productCode)?.dimensions ?? [];
    const has = (name: string) => product.dimensions.some(({ apiName }) => apiName === name);
    return { ...product, dimensions: [...product.dimensions, ...first.filter(({ apiName }) => !has(apiName))] };
  });
}

function withDimensions(product: Product, change: (dimension: Dimension) => Dimension): Product {
  return { ...product, dimensions: product.dimensions.map(change) };
}

type Dimension = Product['dimensions'][number];

/** New objects, not changed ones: a running invocation keeps its configuration. */
function deploy({ settings }: MemoryWorld, change: (product: Product) => Product): void {
  settings.products = settings.products.map(change);
}
