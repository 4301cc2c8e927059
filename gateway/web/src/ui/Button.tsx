import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, ButtonHTMLAttributes, Ref } from "react";

/** Look of a button: one main button a page, the others plain; danger for what cannot be taken back. */
type Look = "main" | "plain" | "danger" | "quiet";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
  /** Whether it is at work; it keeps its size and cannot be pressed again. */
  busy?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ look = "plain", busy = false, type = "button", className = "", ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={`button ${look} ${className}`}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : rest.onClick}
    />
  );
}

interface AnchorProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  look?: Look;
  /** Whether where it leads is not known yet; it keeps the focus and cannot be followed. */
  busy?: boolean;
  ref?: Ref<HTMLAnchorElement>;
}

function Anchor({ look = "plain", busy = false, className = "", ...rest }: AnchorProps) {
  return (
    <a
      {...rest}
      className={`button ${look} ${className}`}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : rest.onClick}
    />
  );
}

/** ButtonLink goes to a page and looks like a button. */
export const ButtonLink = createLink(Anchor);
