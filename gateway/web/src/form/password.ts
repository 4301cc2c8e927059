/** Shortest and longest password that the server takes, in characters. */
const shortest = 10;
const longest = 1024;

/** Rules of a new password, as the server checks them. */
export const passwordRules = ["length", "username", "repeated"] as const;

export type PasswordRule = (typeof passwordRules)[number];

/** passwordRule is the key, below common:rule, of what is wrong with a new password; false: nothing. */
export function passwordRule(password: string, username: string): string | false {
  return password === "" ? "required" : brokenRules(password, username).length > 0 && "password";
}

/** brokenRules are those that a password breaks; an empty one breaks only that of its length. */
export function brokenRules(password: string, username: string): PasswordRule[] {
  const letters = Array.from(password);
  const broken: Record<PasswordRule, boolean> = {
    length: letters.length < shortest || letters.length > longest,
    username: password !== "" && password.toLowerCase() === username.trim().toLowerCase(),
    repeated: letters.length > 1 && letters.every((letter) => letter === letters[0]),
  };
  return passwordRules.filter((rule) => broken[rule]);
}
