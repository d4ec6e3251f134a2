import type { Buyer } from './exchange';
import type { Session } from './sessions';

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

/** AWS requires a support contact on the page that buyers come to. */
const SUPPORT = '<p>Support: <a href="mailto:support@example.com">support@example.com</a></p>';

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${body}${SUPPORT}</html>`;
}

const form = ({ formToken }: Session, action: string, content: string) =>
  `<form method="post" action="${action}"><input type="hidden" name="formToken" value="${formToken}">${content}</form>`;

export const signInPage = (session: Session, problem = '') =>
  page(
    'Sign in',
    `<p>${problem}</p>` +
      form(
        session,
        '/sign-in',
        '<label>E-mail <input name="email" type="email" required autocomplete="username"></label>' +
          '<label>Password <input name="password" type="password" required autocomplete="current-password"></label>' +
          '<button>Sign in or create an account</button>',
      ),
  );

export const askPage = (session: Session, account: string, buyer: Buyer) =>
  page(
    'Connect your subscription?',
    `<p>You are signed in as <strong>${escaped(account)}</strong>. Connect it with the AWS Marketplace subscription of the AWS
      account <strong>${escaped(buyer.customerAWSAccountId)}</strong>? AWS then bills this AWS account for what you use here.</p>
      <p>Answer no if you did not come from AWS Marketplace, or do not know this AWS account: somebody may have sent you a link to
      their subscription.</p>` +
      form(
        session,
        '/sign-up',
        '<button name="answer" value="yes">Yes, connect it</button><button name="answer" value="no">No</button>',
      ),
  );

export const connectedPage = () => page('Connected', '<p>Your account is connected with your subscription.</p>');
export const notConnectedPage = () => page('Not connected', '<p>Nothing was changed.</p>');
export const nothingToAskPage = () =>
  page('Nothing to connect', '<p>Open this page from AWS Marketplace: click <em>Set up your account</em> there.</p>');
export const codeGonePage = () =>
  page(
    'This link cannot be used',
    '<p>It was used before, or has expired. Click <em>Set up your account</em> in AWS Marketplace again.</p>',
  );
export const failedPage = () =>
  page('Something went wrong', '<p>Click <em>Set up your account</em> in AWS Marketplace again in a few minutes.</p>');
export const takenPage = () =>
  page('This subscription belongs to another account', '<p>Sign in to that account, or write to us.</p>');
export const forgedPage = () => page('The form was not accepted', '<p>Open the page again and repeat your answer.</p>');
