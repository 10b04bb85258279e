/** Requests between the bench and the processes that it starts, over Node's own channel. */
export type Handlers = Readonly<Record<string, (args: never) => unknown>>;

interface Request {
  readonly id: number;
  readonly name: string;
  readonly args: unknown;
}

/** Answer the bench's requests; used inside a child, which ends with the bench. */
export function answerRequests(handlers: Handlers): void {
  process.on('message', (message: Request) => {
    const handle = handlers[message.name] as ((args: unknown) => unknown) | undefined;
    Promise.resolve()
      .then(() => {
        if (!handle) throw new Error(`no request is named ${message.name}`);
        return handle(message.args);
      })
      .then(
        (result) => process.send?.({ id: message.id, result }),
        (error: unknown) =>
          process.send?.({ id: message.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      );
  });
  process.on('disconnect', () => process.exit(0));
}
