/**
 * Every text of the pages that a buyer sees, by name. The seller may replace each in the configuration. A replacement may
 * use the placeholders in braces that the text here has, and no other.
 */
export const PAGE_TEXTS = {
  // On every page
  supportIntro: 'Questions? Contact us:',
  supportOr: 'or',
  termsLink: 'Terms',
  privacyLink: 'Privacy',

  // The address of the listing, opened directly
  startHeading: 'Start in AWS Marketplace',
  startIntro: 'AWS Marketplace opens this page for you when you set up your subscription.',
  startHow: 'In AWS Marketplace, open Manage subscriptions, choose this product and click “Set up your account”.',

  // The form
  formHeading: 'Set up your account for {product}',
  formIntro: 'Enter your contact data to complete your account.',
  formButton: 'Create account',
  changeHeading: 'Change your contact data for {product}',
  changeIntro: 'You sent us this data on {date}.',
  changeButton: 'Save changes',
  changeBack: 'Back without changes',
  emailLabel: 'E-mail address',
  nameLabel: 'Your name',
  companyLabel: 'Company',
  phoneLabel: 'Phone number',
  optional: '(optional)',
  errorTitle: 'Error: {heading}',
  errorSummary: 'Please check the form',
  emailMissing: 'Enter your e-mail address',
  emailInvalid: 'Enter an e-mail address like name@example.com',
  emailTooLong: 'Enter an e-mail address of at most {max} characters',
  nameMissing: 'Enter your name',
  nameInvalid: 'Remove line breaks and control characters from your name',
  nameTooLong: 'Enter a name of at most {max} characters',
  companyMissing: 'Enter the name of your company',
  companyInvalid: 'Remove line breaks and control characters from the name of your company',
  companyTooLong: 'Enter a company name of at most {max} characters',
  phoneMissing: 'Enter your phone number',
  phoneInvalid: 'Enter a phone number like +1 555 010 0123',
  phoneTooLong: 'Enter a phone number of at most {max} characters',

  // After the form, and when the buyer comes back
  doneHeading: 'Your account has been created',
  doneNote: 'Thank you. Your registration for {product} is complete.',
  savedHeading: 'Your contact data has been saved',
  savedNote: 'We use it for {product} from now on.',
  accountHeading: 'Your account for {product}',
  accountNote: 'You sent us your contact data on {date}.',
  nextHeading: 'What happens next',
  nextMail: 'We will write to {email} with the next steps.',
  nextPending: 'AWS Marketplace is confirming your subscription. This usually takes a few minutes.',
  nextLink: 'Continue to {product}',
  billing: 'AWS bills this subscription with your other AWS charges. We never ask for payment data.',
  contactHeading: 'Your contact data',
  changeLink: 'Change your contact data',

  // What was bought
  boughtHeading: 'Your subscription',
  productLabel: 'Product',
  freeTrial: '(free trial)',
  accountLabel: 'AWS account',
  accountDigits: 'ends in {digits}',
  stateLabel: 'Subscription',
  statePending: 'Waiting for AWS Marketplace to confirm',
  stateActive: 'Active',
  stateEnding: 'Ending',
  stateEnded: 'Ended',
  sinceLabel: 'Active since',
  trialEndLabel: 'Free trial until',
  contractEndLabel: 'Contract until',
  contractRenews: '(renews automatically)',
  validLabel: 'Contract until at least',
  entitlementsLabel: 'Included',
  entitlementsUnknown: 'AWS Marketplace has not told us yet',
  granted: 'yes',
  notGranted: 'no',
  referenceLabel: 'Reference',

  // The form cannot be shown or accepted
  noSessionHeading: 'Open this page from AWS Marketplace',
  noSession: 'For your safety, your session ends one hour after you come from AWS Marketplace.',
  foreignFormHeading: 'The form was not accepted',
  foreignForm: 'It was not submitted from our page. Please open the page again.',

  // AWS Marketplace's link cannot be followed
  clickAgain:
    'In AWS Marketplace, open Manage subscriptions, choose this product and click “Set up your account” again.',
  nothingLost: 'Your subscription in AWS Marketplace is not affected.',
  tryAgain: 'Wait a minute, then try again. If that does not help, start again from AWS Marketplace:',
  tryAgainButton: 'Try again',
  contactUs: 'Please contact us at the address below, so that we can complete the setup with you.',
  missingTokenHeading: 'Open this page from AWS Marketplace',
  missingToken: 'AWS Marketplace sends you to this page after you subscribe.',
  expiredTokenHeading: 'This registration link has expired',
  expiredToken: 'Links from AWS Marketplace are valid for a short time only.',
  invalidTokenHeading: 'This registration link is not valid',
  invalidToken: 'AWS Marketplace does not recognize it, or it was used before.',
  throttledHeading: 'AWS Marketplace is busy',
  unavailableHeading: 'AWS Marketplace does not answer',
  unconfirmed: 'It could not confirm your subscription just now.',
  beingActivatedHeading: 'Your subscription is being activated',
  beingActivated: 'AWS Marketplace needs a moment longer to prepare it.',
  ourFaultHeading: 'We cannot set up your account at the moment',
  ourFault: 'This is a problem on our side, and we have been notified.',
  unknownProductHeading: 'This product is not set up here',
  unknownProduct: 'AWS Marketplace confirmed your subscription, but to a product that is not configured on this page.',
  otherAccountHeading: 'This subscription belongs to another account',
  otherAccount: 'It is set up for a different AWS account or product, and cannot be moved from this page.',
  otherAccountContact: 'Please contact us at the address below if you think that this is wrong.',

  // Errors, by their reasons
  errorHeading: 'This did not work',
  bodyTooLarge: 'The form is too large. Open the page again and shorten what you entered.',
  unsupportedMediaType: 'The form came in another form than browsers send. Open the page again from AWS Marketplace.',
  notThroughFrontDoor: 'This address does not serve browsers. Open the page again from AWS Marketplace.',
  internalError: 'Something went wrong on our side. Please try again in a few minutes.',
} as const;

export type PageText = keyof typeof PAGE_TEXTS;

/** Marked pure, so that bundles without pages drop the texts. */
export const PAGE_TEXT_NAMES = /* @__PURE__ */ Object.keys(PAGE_TEXTS) as PageText[];

const PLACEHOLDER = /\{(\w+)\}/g;

/** The names in braces. */
export function placeholdersOf(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
}

/** Puts values in the place of names in braces. A value is never searched for names again. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(PLACEHOLDER, (whole, name: string) => values[name] ?? whole);
}
