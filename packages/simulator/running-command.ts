import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export interface RunningCommand {
  endpoint: string;
  /** Ends it as Docker does. @returns its exit code, which is null when a signal ended it */
  stop(): Promise<number | null>;
}

interface Command {
  program: string;
  args: readonly string[];
  folder: string;
  env: NodeJS.ProcessEnv;
  /** The user it runs as. Default: this one. */
  uid?: number;
}

/** Starts the simulator's command. @returns it once it has printed that it answers */
export async function startCommand({ program, args, folder, env, uid }: Command): Promise<RunningCommand> {
  const child: ChildProcess = spawn(program, args, { cwd: folder, env, uid, gid: uid });
  const closed = once(child, 'close');
  let said = '';
  const endpoint = await new Promise<string>((resolve, reject) => {
    child.stderr?.on('data', (chunk) => (said += String(chunk)));
    child.stdout?.on('data', (chunk) => {
      said += String(chunk);
      const [, address] = /METERING=(\S+)/.exec(said) ?? [];
      if (address !== undefined && said.includes('Ctrl-C')) resolve(address);
    });
    child.once('error', reject);
    child.once('close', () => reject(new Error(`${program} has ended:\n${said}`)));
  });
  return {
    endpoint,
    stop: async () => {
      child.kill('SIGTERM');
      await closed;
      return child.exitCode;
    },
  };
}
