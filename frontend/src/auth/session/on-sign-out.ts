/** Data of one user in the memory of a module. */
interface UserData {
  discard: () => void;
  /** Returns the number of unsaved texts. */
  countUnsavedTexts: () => number;
}

const registered: UserData[] = [];

/** Registers data to discard when the user signs out or another user signs in. */
export function onSignOut(discard: () => void, countUnsavedTexts: () => number = () => 0): void {
  registered.push({ discard, countUnsavedTexts });
}

export function discardUserData(): void {
  for (const { discard } of registered) discard();
}

/** Returns the number of texts that `discardUserData` would lose. */
export function countUnsavedTexts(): number {
  return registered.reduce((sum, data) => sum + data.countUnsavedTexts(), 0);
}
