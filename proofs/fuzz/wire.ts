import { HttpResponse, type HttpRequest } from '@smithy/core/protocols';

export interface WireAnswer {
  status: number;
  body: object;
}

/** The far end of an SDK client. Cases run one after the other, and each puts its own answers here. */
interface Wire {
  answer: (requestBody: string) => WireAnswer;
}

/** The configuration of an SDK client that writes every request as it goes over the wire, and the end that answers. */
export function aWire() {
  const wire: Wire = { answer: () => ({ status: 500, body: { __type: 'NobodyAsked' } }) };
  const handle = async (request: HttpRequest) => {
    const { status, body } = wire.answer(new TextDecoder().decode(request.body));
    return { response: new HttpResponse({ statusCode: status, headers: {}, body: Buffer.from(JSON.stringify(body)) }) };
  };
  const config = {
    region: 'us-east-1',
    credentials: { accessKeyId: 'fuzz', secretAccessKey: 'fuzz' },
    maxAttempts: 1,
    requestHandler: { metadata: { handlerProtocol: 'http/1.1' }, handle },
  };
  return { wire, config };
}
