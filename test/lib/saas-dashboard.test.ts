import { describe, expect, it } from 'vitest';
import { aConfiguration, aMarketplaceSaasStack, aProduct, aTemplate, propertiesOf } from './synthesized';

const template = aTemplate({
  configuration: aConfiguration({
    products: [aProduct({ productCode: 'code-a', name: 'Alpha' }), aProduct({ productCode: 'code-b', name: 'Beta' })],
  }),
});

interface Widget {
  type: string;
  y: number;
  width: number;
  height: number;
  properties: { title?: string; markdown?: string; metrics?: unknown[][]; period?: number; view?: string };
}

/** The body as CloudWatch reads it, with a placeholder for each reference. */
function widgets(of = template): Widget[] {
  const [dashboard] = propertiesOf(of, 'AWS::CloudWatch::Dashboard');
  const parts: unknown[] = dashboard?.DashboardBody['Fn::Join'][1];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'reference')).join('')).widgets;
}

const titled = (title: string) => widgets().find(({ properties }) => properties.title === title);
const text = (widget: Widget | undefined) => JSON.stringify(widget?.properties.metrics);

/** What CloudWatch would compute last, if each hour has one unit: as JavaScript, with its functions on arrays. */
function runningSumOf(expression: string, fromMs: number, hours: number): number {
  const times = Array.from({ length: hours }, (_, hour) => new Date(fromMs + hour * 3_600_000));
  const scalar = (body: string, at: Date) =>
    Number(
      new Function('EPOCH', 'DAY', 'HOUR', 'MAX', 'IF', 'FILL', 'units0', `return ${body};`)(
        () => at.getTime() / 1000,
        () => at.getUTCDate(),
        () => at.getUTCHours(),
        () => monthStart,
        (is: boolean, then: number, otherwise: number) => (is ? then : otherwise),
        (value: number) => value,
        1,
      ),
    );
  const [, inMax = ''] = /MAX\((.*)\), FILL\(units0, 0\), 0\)\)$/.exec(expression) ?? [];
  let monthStart = 0;
  monthStart = Math.max(...times.map((at) => scalar(inMax, at)));
  const [, body = ''] = /^RUNNING_SUM\((.*)\)$/.exec(expression) ?? [];
  return times.reduce((sum, at) => sum + scalar(body, at), 0);
}

describe('the dashboard', () => {
  it('begins with the month to date of each dimension as single numbers', () => {
    const [first, ...others] = widgets().filter(({ properties }) => properties.view === 'singleValue');
    expect(first).toMatchObject({ properties: { title: 'Alpha: billed this month (UTC)', start: '-P31D' } });
    expect(text(first)).toContain('"MarketplaceSaas/Saas","UnitsBilled","dimension","requests","product","code-a"');
    expect(text(first)).toContain('"label":"requests (request)"');
    expect(others.map(({ properties }) => properties.title)).toEqual([
      'Alpha: used this month (UTC)',
      'Beta: billed this month (UTC)',
      'Beta: used this month (UTC)',
    ]);
  });

  it('adds up the hours since the UTC month began, and only those', () => {
    const [{ expression } = { expression: '' }] = widgets()
      .filter(({ properties }) => properties.view === 'singleValue')
      .flatMap(({ properties }) => properties.metrics?.flat() ?? [])
      .filter(
        (part): part is { expression: string } => typeof part === 'object' && part !== null && 'expression' in part,
      );
    // Played on 48 hours around the beginning of a month, the last of them at 23:00 on the first.
    expect(runningSumOf(expression, Date.parse('2026-06-30T00:00:00Z'), 48)).toBe(24);
    expect(runningSumOf(expression, Date.parse('2026-06-30T00:00:00Z'), 25)).toBe(1);
    expect(runningSumOf(expression, Date.parse('2026-06-01T00:00:00Z'), 720)).toBe(720);
  });

  it('shows the units used, billed and waiting of each dimension by hour', () => {
    for (const [name, code] of [
      ['Alpha', 'code-a'],
      ['Beta', 'code-b'],
    ]) {
      const shown = text(titled(`${name}: requests by hour (request)`));
      for (const metric of ['UnitsUsed', 'UnitsBilled', 'UnitsWaiting']) {
        expect(shown).toContain(
          `["MarketplaceSaas/Saas","${metric}","dimension","requests","product","${code}","service","meter-usage"`,
        );
      }
      expect(shown).toContain('"period":3600');
    }
  });

  it('shows units that a contract covers, for a product that has contracts', () => {
    const contract = aProduct({
      pricingModel: 'contractWithConsumption',
      dimensions: [{ apiName: 'requests', unit: 'request', coveredBy: null }],
      contractPeriod: { kind: 'calendarMonth' },
    });
    const shown = widgets(aTemplate({ configuration: aConfiguration({ products: [contract] }) }));
    const month = shown.filter(({ properties }) => properties.view === 'singleValue');
    expect(month.map(({ properties, width }) => [properties.title, width])).toEqual([
      ['A product: billed this month (UTC)', 8],
      ['A product: covered by contracts this month (UTC)', 8],
      ['A product: used this month (UTC)', 8],
    ]);
    expect(text(month[1])).toContain('"UnitsCovered","dimension","requests"');
    const byHour = shown.find(({ properties }) => properties.title === 'A product: requests by hour (request)');
    expect(byHour?.properties.metrics?.map((line) => [line[1], line.at(-1)])).toEqual([
      ['UnitsUsed', expect.objectContaining({ label: 'used' })],
      ['UnitsCovered', expect.objectContaining({ label: 'covered' })],
      ['UnitsBilled', expect.objectContaining({ label: 'billed' })],
      ['UnitsWaiting', expect.objectContaining({ label: 'waiting' })],
    ]);
  });

  it('stays below the 500 widgets of a dashboard, however many dimensions a product has', () => {
    const dimensions = Array.from({ length: 1000 }, (_, index) => ({ apiName: `d${index}`, unit: 'unit' }));
    const large = aTemplate({ configuration: aConfiguration({ products: [aProduct({ dimensions })] }) });
    expect(widgets(large).length).toBeLessThan(60);
  });

  it('leads to the runbook, and every alarm leads to it and to the dashboard', () => {
    const runbookUrl = 'https://wiki.example.com/runbook';
    const named = aTemplate({ runbookUrl });
    expect(JSON.stringify(widgets(named)[0])).toContain(`(${runbookUrl})`);
    const [dashboard] = propertiesOf(named, 'AWS::CloudWatch::Dashboard');
    for (const { AlarmDescription } of propertiesOf(named, 'AWS::CloudWatch::Alarm')) {
      expect(AlarmDescription).toMatch(/ Runbook: https:\/\/wiki\.example\.com\/runbook#[a-z-]+ Dashboard: https:/);
      expect(AlarmDescription).toContain(`us-east-1#dashboards/dashboard/${dashboard?.DashboardName}`);
      // CloudWatch's limit.
      expect(AlarmDescription.length).toBeLessThanOrEqual(1024);
    }
    const outputs = named.toJSON().Outputs;
    expect(outputs).toMatchObject({
      RunbookUrl: { Value: runbookUrl },
      DashboardUrl: { Value: expect.stringContaining(`#dashboards/dashboard/${dashboard?.DashboardName}`) },
    });
  });

  it('shows units not billed, units waiting, events refused and hours waiting, each by reason', () => {
    expect(text(titled('Units that will not be billed, and why'))).toContain(
      `SEARCH('{\\\\\\"MarketplaceSaas/Saas\\\\\\",service,product,dimension,reason} MetricName=\\\\\\"UnitsNotBilled\\\\\\"', 'Sum', 3600)`.replaceAll(
        '\\\\\\"',
        '\\"',
      ),
    );
    const oldest = titled('Age of the oldest unbilled hour (seconds)');
    expect(text(oldest)).toContain('"OldestUnbilledHourSeconds"');
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
    for (const title of ['Alpha: requests by hour (request)', 'Units that will not be billed, and why']) {
      expect(titled(title)?.y).toBeLessThan(engineers?.y ?? 0);
    }
    for (const title of ['Alarms', 'Intake', 'Metering']) expect(titled(title)?.y).toBeGreaterThan(engineers?.y ?? 0);
  });

  it('shows an engineer each figure under its name', () => {
    const named = ({ properties }: Widget) =>
      properties.metrics?.map((line) => {
        const { label } = line.at(-1) as { label?: string };
        return label ?? line[1];
      });
    const graphs = widgets().filter(({ properties }) => properties.view === 'timeSeries');
    const engineers = graphs.slice(graphs.findIndex(({ properties }) => properties.title === 'Intake'));
    expect(Object.fromEntries(engineers.map((each) => [each.properties.title, named(each)]))).toEqual({
      Intake: [
        'UsageEvents.accepted',
        'UsageEvents.duplicate',
        'UsageEvents.rejected',
        'UsageEvents.retry',
        'UsageEventsMovedForward',
        'UsageEventsSetAside',
        'UsageEventsOverwritten',
        'UsageEventsToRedeliver',
        'API 5xx',
      ],
      Metering: [
        'MeteringRuns',
        'MeteringCalls',
        'MeteringThrottles',
        'MeteringAmbiguous',
        'MeteringMisconfigured',
        'Records.accepted',
        'Records.conflict',
        'Records.notSubscribed',
        'Records.refused',
        'Records.unprocessed',
        'HoursFailed',
        'HoursLeft',
        'HoursOpen',
        'EndingsFailed',
      ],
      'Age of the oldest stream record (milliseconds)': [
        'aggregate-usage',
        'meter-usage',
        'refresh-entitlements',
        'publish-notices',
      ],
      'Events from AWS Marketplace': ['oldest (seconds)', 'dead letters', 'failed batches'],
      'Entitlements and notices': [
        'oldest unanswered check (seconds)',
        'checks unanswered',
        'notices published',
        'notices failed',
      ],
    });
  });

  it('fills the width of each row but those of the dimensions, which are one beside the other', () => {
    const rows = Object.values(Object.groupBy(widgets(), ({ y }) => y));
    const widths = rows.map((row = []) => row.reduce((sum, { width }) => sum + width, 0));
    expect(widths).toEqual([24, 24, 24, 16, 16, 24, 24, 24, 24, 24, 24]);
    const heightsOf = (view: string) =>
      widgets()
        .filter((each) => each.properties.view === view)
        .map((each) => each.height);
    expect([new Set(heightsOf('timeSeries')), new Set(heightsOf('singleValue'))]).toEqual([new Set([6]), new Set([3])]);
  });

  it('shows units that are withheld, for a product that is not live yet', () => {
    const tested = aProduct({ liveFrom: 'notYet' });
    const shown = widgets(aTemplate({ configuration: aConfiguration({ products: [tested] }) }));
    const byHour = shown.find(({ properties }) => properties.title === 'A product: requests by hour (request)');
    const lines = byHour?.properties.metrics?.map((line) => [line[1], line.at(-1)]);
    expect(lines).toContainEqual(['UnitsWithheld', expect.objectContaining({ label: 'withheld' })]);
  });

  it('shows the state of every alarm', () => {
    const stack = aMarketplaceSaasStack();
    expect(stack.saas.alarms).toHaveLength(propertiesOf(template, 'AWS::CloudWatch::Alarm').length);
    expect(widgets().filter(({ type }) => type === 'alarm')).toHaveLength(1);
  });
});
