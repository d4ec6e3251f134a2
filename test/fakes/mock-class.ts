import { mockClient } from 'aws-sdk-client-mock';
import { afterAll } from 'vitest';

/** Mocks every client of a class until the end of the test file. The files of a process share the class. */
export const mockClass: typeof mockClient = (clientClass) => {
  const mock = mockClient(clientClass);
  afterAll(() => mock.restore());
  return mock;
};
