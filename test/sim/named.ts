/** A DOMException by its name. */
export function named(name: string): Error {
  const error = new Error(name);
  error.name = name;
  return error;
}
