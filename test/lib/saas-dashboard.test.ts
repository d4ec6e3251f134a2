import { describe, expect, it } from '@jest/globals';
import { aConfiguration, aMarketplaceSaasStack, aProduct, aTemplate, propertiesOf } from './synthesized';

const template = aTemplate({
  configuration: aConfiguration({
    products: [aProduct({ productCode: 'code-a', name: 'Alpha' }), aProduct({ productCode: 'code-b', name: 'Beta' })],
  }),
});

interface Widget {
  type: string;
  y: number;
  properties: { title?: string; markdown?: string; metrics?: unknown[]; period?: number };
}

/** The body as CloudWatch reads it, with a placeholder for each reference. */
function widgets(): Widget[] {
  const [dashboard] = propertiesOf(template, 'AWS::CloudWatch::Dashboard');
  const parts: unknown[] = dashboard?.DashboardBody['Fn::Join'][1];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'reference')).join('')).widgets;
}

const titled = (title: string) => widgets().find(({ properties }) => properties.title === title);
const text = (widget: Widget | undefined) => JSON.stringify(widget?.properties.metrics);

describe('the dashboard', () => {
  it('begins with the units used, billed and waiting of each product by hour', () => {
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

  it('shows units not billed, units waiting, events refused and hours waiting, each by reason', () => {
    expect(text(titled('Units that will not be billed, and why'))).toContain(
      `SEARCH('{\\\\\\"MarketplaceSaas/Saas\\\\\\",service,product,reason} MetricName=\\\\\\"UnitsNotBilled\\\\\\"', 'Sum', 3600)`.replaceAll(
        '\\\\\\"',
        '\\"',
      ),
    );
    for (const [title, metric] of [
      ["Units waiting, and AWS's last answer", 'UnitsWaiting'],
      ['Usage events refused at intake, and why', 'UsageEventsRejected'],
      ['Hours without a payer yet, and why', 'HoursWaiting'],
    ]) {
      expect(text(titled(title ?? ''))).toContain(`MetricName=\\"${metric}\\"`);
    }
  });

  it('explains its terms first and puts the engineering widgets last', () => {
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
    expect(stack.saas.alarms).toHaveLength(propertiesOf(template, 'AWS::CloudWatch::Alarm').length);
    expect(widgets().filter(({ type }) => type === 'alarm')).toHaveLength(1);
  });
});
