import { expect, it } from 'vitest';
import { Buyer } from '../../../proofs/actors/buyer';
import { Marketplace, SimulatedClock } from '../../../simulator';

const REGISTRATION_URL = 'https://seller.example.com/register';

/** A buyer whose requests get these answers. */
function givenBuyer(...answers: Response[]) {
  const marketplace = new Marketplace({ clock: new SimulatedClock() });
  const productCode = 'product';
  const product = { productCode, name: 'A product', identityMode: 'license', pricingModel: 'subscription' } as const;
  marketplace.addProduct({ ...product, dimensions: ['requests'] });
  const requests: string[] = [];
  const buyer = Buyer.subscribe(
    { productCode },
    {
      marketplace,
      registrationUrl: REGISTRATION_URL,
      fetch: async (url, { method = 'GET' } = {}) => {
        requests.push(`${method} ${url}`);
        return answers.shift() ?? new Response('', { status: 404 });
      },
    },
  );
  return { buyer, requests };
}

const redirect = (location: string) => new Response(null, { status: 303, headers: { location } });

it('fails with status and body when the registration is refused, and goes no further', async () => {
  const { buyer, requests } = givenBuyer(new Response('Please try again', { status: 503 }));
  await expect(buyer.register()).rejects.toThrow('POST /register answered 503 instead of 303:\nPlease try again');
  expect(requests).toEqual([`POST ${REGISTRATION_URL}`]);
});

it('fails with status and body when the registration page or its form is refused', async () => {
  const page = new Response('page');
  const noPage = givenBuyer(redirect('/page'), new Response('gone', { status: 410 }));
  await expect(noPage.buyer.register()).rejects.toThrow(
    'GET on the registration page answered 410 instead of 200:\ngone',
  );
  const noForm = givenBuyer(redirect('/page'), page, new Response('no e-mail', { status: 422 }));
  await expect(noForm.buyer.register()).rejects.toThrow('answered 422 instead of 303:\nno e-mail');
});

it('fails with the address when the buyer is sent to another site', async () => {
  const { buyer } = givenBuyer(redirect('https://app.example.com/sign-up'));
  await expect(buyer.register()).rejects.toThrow('The buyer was sent to https://app.example.com/sign-up.');
});
