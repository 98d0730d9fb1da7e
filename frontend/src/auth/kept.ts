/** What modules keep in memory for whoever uses the page: asked for before that person leaves, forgotten when they have left. */
export interface Kept {
  forget: () => void;
  /** How many texts would be lost. */
  texts?: () => number;
}

const all: Kept[] = [];

export function keep(kept: Kept): void {
  all.push(kept);
}

/** Another person's turn, or nobody's. */
export const forgetAll = () => all.forEach(({ forget }) => forget());

export const textsKept = () => all.reduce((sum, { texts }) => sum + (texts?.() ?? 0), 0);
