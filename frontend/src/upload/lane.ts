/** Runs what it is given, at most `wide` at a time and in order. */
export function lane(wide: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running === wide) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift(); // whoever is next takes the place over
      if (next) next();
      else running -= 1;
    }
  };
}
