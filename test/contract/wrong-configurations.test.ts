import { describe, expect, it } from 'vitest';
import {
  parseSellerConfiguration,
  parseSellerConfigurationText,
} from '../../lambdas/shared/contract/seller-configuration';

const DIMENSION = { apiName: 'events', unit: 'event' };
const PRODUCT = { productCode: 'code', name: 'Analytics', pricingModel: 'subscription', dimensions: [DIMENSION] };
const RIGHT = { products: [PRODUCT], support: { email: 'support@example.com' } };

const product = (change: object) => ({ ...RIGHT, products: [{ ...PRODUCT, ...change }] });
const dimension = (change: object) => product({ dimensions: [{ ...DIMENSION, ...change }] });
const page = (change: object) => ({ ...RIGHT, page: change });
const netted = (change: object, ...dimensions: object[]) =>
  product({
    pricingModel: 'contractWithConsumption',
    contractPeriod: { kind: 'calendarMonth' },
    dimensions: [{ ...DIMENSION, coveredBy: null }, ...dimensions],
    ...change,
  });

function problems(input: unknown): string[] {
  try {
    parseSellerConfiguration(input);
  } catch (error) {
    return String(error).split('\n').slice(1);
  }
  return [];
}

/** What a validator says, which nobody has to understand. */
const RAW = /Invalid|expected|Unrecognized|Too (small|big)|received|undefined|ZodError|✖|→/;

describe('a wrong configuration', () => {
  it('has a right one beside it, or this test would show nothing', () => {
    expect(problems(RIGHT)).toEqual([]);
    expect(problems(netted({}))).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['a list', [RIGHT], '- the configuration is a list: give an object, {…}.'],
    ['no products', { support: RIGHT.support }, '- products is missing: give a list, […].'],
    ['an empty list of products', { ...RIGHT, products: [] }, '- products is an empty list: give at least 1 entry.'],
    ['products as an object', { ...RIGHT, products: PRODUCT }, '- products is an object: give a list, […].'],
    [
      'a misspelt section',
      { ...RIGHT, usages: {} },
      '- the configuration has no field "usages". Did you mean usage? Allowed: products, testAccounts, usage, registration, agreementDetails, support, page.',
    ],
    [
      'a field in the wrong case',
      product({ pricingmodel: 'contract' }),
      '- products[0] has no field "pricingmodel". Did you mean pricingModel? Allowed: productCode, productId, name, identityMode, moveAtRegistration, pricingModel, dimensions, contractPeriod, ignoredEntitlements, allocationTagKeys, liveFrom, nextUrl.',
    ],
    [
      'a misspelt pricing model',
      product({ pricingModel: 'subscripton' }),
      '- products[0].pricingModel is "subscripton": give subscription or contract or contractWithConsumption. Did you mean subscription?',
    ],
    [
      'a pricing model of no similar name',
      product({ pricingModel: 'free' }),
      '- products[0].pricingModel is "free": give subscription or contract or contractWithConsumption.',
    ],
    [
      'a missing pricing model',
      product({ pricingModel: undefined }),
      '- products[0].pricingModel is missing: give subscription or contract or contractWithConsumption.',
    ],
    [
      'an identity mode in British English',
      product({ identityMode: 'licence' }),
      '- products[0].identityMode is "licence": give license or legacy. Did you mean license?',
    ],
    [
      'a product code with a space',
      product({ productCode: 'my code' }),
      '- products[0].productCode is "my code": give the product code as AWS Marketplace Management Portal shows it, without spaces.',
    ],
    ['an empty name', product({ name: '' }), '- products[0].name is "": give at least 1 character.'],
    ['a name that is a number', product({ name: 7 }), '- products[0].name is 7: give text.'],
    [
      'a name that reverses text',
      product({ name: 'good\u202egpj' }),
      '- products[0].name is "good\\u202egpj": has a character that cannot be seen, or that changes the text around it: remove it.',
    ],
    [
      'a unit with a line separator',
      dimension({ unit: 'a\u2028b' }),
      '- products[0].dimensions[0].unit is "a\\u2028b": has a character that cannot be seen, or that changes the text around it: remove it.',
    ],
    [
      'a misspelt field of a dimension',
      dimension({ quantity: 'whole' }),
      '- products[0].dimensions[0] has no field "quantity". Did you mean quantities? Allowed: apiName, unit, label, coveredBy, quantities, zeroRecords, maxPerHour.',
    ],
    [
      'a quantity form that does not exist',
      dimension({ quantities: 'decimals' }),
      '- products[0].dimensions[0].quantities is "decimals": give decimal or whole. Did you mean decimal?',
    ],
    [
      'a yes instead of true',
      dimension({ zeroRecords: 'yes' }),
      '- products[0].dimensions[0].zeroRecords is "yes": give true or false.',
    ],
    [
      'the same dimension twice',
      product({ dimensions: [DIMENSION, DIMENSION] }),
      '- products[0].dimensions: two dimensions have the same apiName.',
    ],
    [
      'coverage by a misspelt dimension',
      netted({}, { apiName: 'more', unit: 'x', coveredBy: 'event' }),
      '- products[0].dimensions[1].coveredBy is "event": the product has no dimension event (case-sensitive): AWS never lists its entitlement; add the dimension, or correct the name. Did you mean events?',
    ],
    [
      'a contract period of an unknown kind',
      netted({ contractPeriod: { kind: 'month' } }),
      '- products[0].contractPeriod.kind is "month": give calendarMonth or anniversary.',
    ],
    [
      'a contract without a period',
      netted({ contractPeriod: undefined }),
      '- products[0].contractPeriod is missing: set when contract amounts start again: {"kind":"calendarMonth"}, or {"kind":"anniversary","months":12}.',
    ],
    [
      'a tag key with an emoji',
      product({ allocationTagKeys: ['🙂'] }),
      '- products[0].allocationTagKeys[0] is "🙂": give 1 to 100 of the characters a-z A-Z 0-9 + - = . _ : / @ and space.',
    ],
    [
      'more tag keys than AWS takes',
      product({ allocationTagKeys: ['a', 'b', 'c', 'd', 'e', 'f'] }),
      '- products[0].allocationTagKeys is a list: give at most 5 entries.',
    ],
    [
      'a grace that is too long',
      { ...RIGHT, usage: { graceMinutes: 90 } },
      '- usage.graceMinutes is 90: give a whole number from 1 to 50.',
    ],
    [
      'a grace in quotes',
      { ...RIGHT, usage: { graceMinutes: '5' } },
      '- usage.graceMinutes is "5": give a whole number from 1 to 50.',
    ],
    [
      'half an hour of lateness',
      { ...RIGHT, usage: { latenessHours: 0.5 } },
      '- usage.latenessHours is 0.5: give a whole number from 1 to 720.',
    ],
    [
      'a sign-up page without a scheme',
      { ...RIGHT, registration: { signUpUrl: 'example.com/sign-up' } },
      '- registration.signUpUrl is "example.com/sign-up": give a whole address, such as https://example.com/help.',
    ],
    [
      'a sign-up page without encryption',
      { ...RIGHT, registration: { signUpUrl: 'http://example.com/sign-up' } },
      '- registration.signUpUrl is "http://example.com/sign-up": use https: over http, everybody on the way reads it.',
    ],
    [
      'a password in an address',
      { ...RIGHT, registration: { signUpUrl: 'https://me:pw@example.com' } },
      '- registration.signUpUrl is "https://me:pw@example.com": remove the name and the password before the host.',
    ],
    [
      'a support page without encryption',
      { ...RIGHT, support: { url: 'http://example.com/help' } },
      '- support.url is "http://example.com/help": use https: over http, everybody on the way reads it.',
    ],
    [
      'a misspelt text',
      page({ texts: { fromHeading: 'Welcome' } }),
      '- page.texts has no field "fromHeading". Did you mean formHeading? docs/configuration.md lists what is allowed.',
    ],
    ['an empty text', page({ texts: { formIntro: '' } }), '- page.texts.formIntro is "": give at least 1 character.'],
    [
      'a text with a misspelt value',
      page({ texts: { formHeading: 'Welcome to {produkt}' } }),
      '- page.texts.formHeading is "Welcome to {produkt}": nothing fills {produkt}: this text has {product}.',
    ],
    [
      'a text with a value that it does not have',
      page({ texts: { formIntro: 'Welcome to {product}' } }),
      '- page.texts.formIntro is "Welcome to {product}": nothing fills {product}: this text has no values.',
    ],
    [
      'a text that reverses others',
      page({ texts: { formIntro: 'a\u202eb' } }),
      '- page.texts.formIntro is "a\\u202eb": has a character that cannot be seen, or that changes the text around it: remove it.',
    ],
    [
      'a colour by name',
      page({ accent: { light: 'teal' } }),
      '- page.accent.light is "teal": give a colour in six hexadecimal digits, such as #0a58ca.',
    ],
    [
      'a colour that ends the style',
      page({ accent: { light: '#fff;}a{' } }),
      '- page.accent.light is "#fff;}a{": give a colour in six hexadecimal digits, such as #0a58ca.',
    ],
    [
      'a colour that nobody can read on a light page',
      page({ accent: { light: '#ff9900' } }),
      '- page.accent.light is "#ff9900": its contrast on #f4f5f7, the light page, is 1.96 : 1, and text needs 4.5 : 1; the nearest colour that has it is #9e5f00.',
    ],
    [
      'a colour that nobody can read on a dark page',
      page({ accent: { light: '#0a58ca', dark: '#0a58ca' } }),
      '- page.accent.dark is "#0a58ca": its contrast on #161b22, the dark page, is 2.68 : 1, and text needs 4.5 : 1; the nearest colour that has it is #3180f5.',
    ],
    [
      'a logo of nobody',
      page({ logo: 'logo.svg' }),
      '- page.seller is missing: name the seller: it stands for the logo where no picture is shown.',
    ],
    [
      'a misspelt presence of a field',
      page({ contactFields: { phone: 'mandatory' } }),
      '- page.contactFields.phone is "mandatory": give required or optional or none.',
    ],
    [
      'an e-mail address that nobody has to give',
      page({ contactFields: { email: 'optional' } }),
      '- page.contactFields has no field "email". Allowed: name, company, phone.',
    ],
    [
      'a language by its name',
      page({ language: 'Portuguese!' }),
      '- page.language is "Portuguese!": give a language tag, such as en or pt-BR.',
    ],
    [
      'a next step without encryption',
      page({ nextUrl: 'http://app.example.com' }),
      '- page.nextUrl is "http://app.example.com": use https: over http, everybody on the way reads it.',
    ],
    [
      'terms that are a script',
      page({ termsUrl: 'javascript:alert(1)' }),
      '- page.termsUrl is "javascript:alert(1)": give a whole address, such as https://example.com/help.',
    ],
    [
      'an e-mail without a domain',
      { ...RIGHT, support: { email: 'me' } },
      '- support.email is "me": give an e-mail address, such as support@example.com.',
    ],
    [
      'no support contact',
      { ...RIGHT, support: {} },
      '- support: AWS requires a support contact on the landing page: set support.email or support.url.',
    ],
  ])('with %s is explained by the field, what was found and what is allowed', (_name, wrong, sentence) => {
    expect(problems(wrong)).toContain(sentence);
    for (const problem of problems(wrong)) expect(problem).not.toMatch(RAW);
  });

  it('is explained with all of its problems, each once', () => {
    const wrong = { ...product({ name: '', pricingModel: 'x' }), usage: { graceMinutes: 0 }, support: {} };
    expect(problems(wrong)).toHaveLength(4);
  });

  it.each<[string, string, RegExp]>([
    ['empty', '', /is not JSON: it is empty\./],
    ['cut off', '{"products": [', /it ends too early: a closing bracket or quote is missing/],
    ['with a comma too many', '{\n  "products": [],\n}', /line 3 is \}\nthe line before ends with a comma too many/],
    ['with a comment', '{\n  // mine\n  "products": []\n}', /line 2 is \/\/ mine\nJSON has no comments/],
    ['with single quotes', "{\n  'products': []\n}", /line 2 is 'products': \[\]\nJSON has double quotes only/],
    ['with typographic quotes', '{\n  \u201cproducts\u201d: []\n}', /line 2 .*\nJSON has straight quotes only/],
    [
      'without quotes',
      '{\n  products: []\n}',
      /line 2 is products: \[\]\nput the name of the field into double quotes/,
    ],
    [
      'with a missing comma',
      '{\n  "usage": {}\n  "products": []\n}',
      /line 3 is "products": \[\]\na comma, a quote or a bracket/,
    ],
  ])('in a file that is %s is explained by the line', (_name, text, sentence) => {
    expect(() => parseSellerConfigurationText(text)).toThrow(sentence);
    expect(() => parseSellerConfigurationText(text)).not.toThrow(/Unexpected|position|JSON input/);
  });

  it('is none when an editor has put a byte order mark before it', () => {
    expect(parseSellerConfigurationText(`\ufeff${JSON.stringify(RIGHT)}`).products).toHaveLength(1);
  });
});
