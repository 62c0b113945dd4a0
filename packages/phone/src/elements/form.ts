/** What forms of several fields have in common. Their inputs keep what was typed, whatever comes of it. */
interface Problem {
  readonly field?: string | undefined;
}

type Root = HTMLElement | DocumentFragment;

export function valueOf(root: Root, id: string): string {
  return root.querySelector<HTMLInputElement>(`#${id}`)?.value ?? '';
}

/** Leads to the field that a new problem is about. */
export function focusWrong(root: Root, before: Problem | undefined, problem: Problem | undefined): void {
  if (problem?.field === undefined || problem === before) return;
  const input = root.querySelector<HTMLInputElement>(`#${problem.field}`);
  input?.focus();
  input?.select();
}
