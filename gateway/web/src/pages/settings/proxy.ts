import { isURL } from "../../form/rules";

/** Stands in a URL for a password that is saved and never comes back. */
export const maskedPassword = ":***@";

const schemes = ["http:", "https:", "socks5:", "socks5h:"];

/** isProxy tells whether text is nothing, or a complete address that ends after host and port. */
export function isProxy(text: string): boolean {
  if (text === "") return true;
  if (!isURL(text, schemes)) return false;
  const { pathname, search, hash } = new URL(text);
  return (pathname === "" || pathname === "/") && search === "" && hash === "";
}
