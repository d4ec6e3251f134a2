import { describe, expect, it } from '@jest/globals';
import { aConfiguration, aMarketplaceSaasStack, aTemplate } from './synthesized';

const product = (productCode: string, name: string) => ({
  ...{ productCode, name, pricingModel: 'subscription' as const },
  dimensions: [{ apiName: 'requests', unit: 'request' }],
});

const template = aTemplate({
  configuration: aConfiguration({ products: [product('code-a', 'Alpha'), product('code-b', 'Beta')] }),
});

interface Widget {
  type: string;
  y: number;
  properties: { title?: string; markdown?: string; metrics?: unknown[]; period?: number };
}

/** The body as CloudWatch will read it, ids in place of references. */
function widgets(): Widget[] {
  const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  const parts: unknown[] = dashboard?.Properties.DashboardBody['Fn::Join'][1];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'reference')).join('')).widgets;
}

const titled = (title: string) => widgets().find(({ properties }) => properties.title === title);
const text = (widget: Widget | undefined) => JSON.stringify(widget?.properties.metrics);

describe('the dashboard', () => {
  it('begins with what a finance person wants: used, billed and waiting of each product by the hour', () => {
    for (const [name, code] of [
      ['Alpha', 'code-a'],
      ['Beta', 'code-b'],
    ]) {
      const shown = text(titled(`${name}: units by hour`));
      for (const metric of ['UnitsUsed', 'UnitsBilled', 'UnitsWaiting']) {
        expect(shown).toContain(`["MarketplaceSaas/Saas","${metric}","product","${code}","service","meter-usage"`);
      }
      expect(shown).toContain('"period":3600');
    }
  });

  it('then says what is not billed, what waits and what was refused, each with its reason', () => {
    expect(text(titled('Units that will not be billed, and why'))).toContain(
      `SEARCH('{\\\\\\"MarketplaceSaas/Saas\\\\\\",service,product,reason} MetricName=\\\\\\"UnitsNotBilled\\\\\\"', 'Sum', 3600)`.replaceAll(
        '\\\\\\"',
        '\\"',
      ),
    );
    for (const [title, metric] of [
      ['Units waiting, and what AWS says so far', 'UnitsWaiting'],
      ['Usage events refused at intake, and why', 'UsageEventsRejected'],
      ['Hours that have nobody to bill yet, and why', 'HoursWaiting'],
    ]) {
      expect(text(titled(title ?? ''))).toContain(`MetricName=\\"${metric}\\"`);
    }
  });

  it('explains its words, and leaves engineering to the end', () => {
    const [explanation] = widgets();
    expect(explanation?.properties.markdown).toMatch(/\*\*Used\*\*.*\*\*Billed\*\*.*\*\*Waiting\*\*/s);
    const engineers = widgets().find(({ properties }) => properties.markdown?.includes('For engineers'));
    for (const title of ['Alpha: units by hour', 'Units that will not be billed, and why']) {
      expect(titled(title)?.y).toBeLessThan(engineers?.y ?? 0);
    }
    for (const title of ['Alarms', 'Intake', 'Metering']) expect(titled(title)?.y).toBeGreaterThan(engineers?.y ?? 0);
  });

  it('shows the state of every alarm', () => {
    const stack = aMarketplaceSaasStack();
    expect(stack.saas.alarms).toHaveLength(Object.keys(template.findResources('AWS::CloudWatch::Alarm')).length);
    expect(widgets().filter(({ type }) => type === 'alarm')).toHaveLength(1);
  });
});
