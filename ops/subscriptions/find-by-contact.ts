import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { paginateScan } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { isExpired } from '../../lambdas/shared/stores/contact-key';
import { storedContact } from '../../lambdas/shared/stores/registrations';
import type { Ops } from '../command';
import type { Installation } from '../installation/installation';

/** What a scan of all registrations costs, as DynamoDB estimates every six hours. */
export interface ScanCost {
  items: number;
  readUnits: number;
}

type Read = Pick<Installation, 'dynamoDb' | 'registrationsTableName'>;

/** A page reads 1 MB, eventually consistent: half a read unit per 4 KB. */
const BYTES_PER_READ_UNIT = 8192;

export async function costOfContactScan({ dynamoDb, registrationsTableName }: Read): Promise<ScanCost> {
  const { Table } = await dynamoDb.send(new DescribeTableCommand({ TableName: registrationsTableName }));
  const { ItemCount: items = 0, TableSizeBytes: bytes = 0 } = Table ?? {};
  return { items, readUnits: Math.ceil(bytes / BYTES_PER_READ_UNIT) };
}

const contactItem = z.intersection(storedContact, z.object({ subscriptionId: z.string() }));

/** The contact of one registration: personal data. The seller decides which fields there are besides the e-mail address. */
export type FoundContact = z.infer<typeof contactItem>;

/**
 * Registrations whose company, e-mail address or name contains a text, in any case. It reads the whole table, because an
 * index would copy personal data; sessions and codes in it are left out.
 */
export async function findByContact(
  { installation, terminal }: Pick<Ops, 'installation' | 'terminal'>,
  text: string,
): Promise<FoundContact[]> {
  const { dynamoDb: client, registrationsTableName: TableName } = installation;
  const wanted = folded(text);
  const { items } = await costOfContactScan(installation);
  const progress = terminal.progress('Registrations', items);
  const nowMs = installation.clock.now();
  const found: FoundContact[] = [];
  const pages = paginateScan(
    { client },
    {
      TableName,
      FilterExpression: 'begins_with(pk, :contact)',
      ExpressionAttributeValues: { ':contact': 'registration#' },
    },
  );
  try {
    for await (const { Items = [], ScannedCount = 0 } of pages) {
      const contacts = Items.map((item) => contactItem.parse(item)).filter((contact) => !isExpired(contact, nowMs));
      found.push(...contacts.filter((each) => fieldsOf(each).some((field) => folded(field).includes(wanted))));
      progress.advance(ScannedCount);
    }
  } finally {
    progress.stop();
  }
  return found.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

const fieldsOf = ({ company = '', email, name = '' }: FoundContact) => [company, email, name];
const folded = (text: string) => text.normalize('NFKC').toLowerCase().trim();
const sortKey = ({ company = '', subscriptionId }: FoundContact) => `${folded(company)} ${subscriptionId}`;
