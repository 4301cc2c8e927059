import { useLocation } from "@tanstack/react-router";
import { createContext, type ReactNode, type RefObject, Suspense, useContext, useEffect, useLayoutEffect, useRef } from "react";

import { Skeleton } from "./Loaded";

interface Props {
  title: string;
  /** What stands before the name in the title of the tab, such as a percentage. */
  tab?: string;
  /** Above the title: where this page hangs. */
  above?: ReactNode;
  /** Beside the title: buttons, a status. */
  beside?: ReactNode;
  /** Below the title, in one line. */
  lead?: ReactNode;
  children: ReactNode;
}

/** Title of the page that a page stands in; null: it stands alone. */
const Outer = createContext<string | null>(null);

/**
 * Page is a page with its heading, which takes the focus when one comes from another page. A page inside of a page, such as
 * what stands below tabs, has a smaller heading; the focus then goes to the outer one. What waits for its texts does not take
 * the heading away.
 */
export function Page({ title, tab, above, beside, lead, children }: Props) {
  const outer = useContext(Outer);
  const heading = useRef<HTMLHeadingElement>(null);
  const { pathname } = useLocation();
  useTabTitle(tab ?? title, outer, pathname);
  useArrival(heading, outer === null, pathname);
  const Heading = outer === null ? "h1" : "h2";
  return (
    <>
      <header className="page-head">
        {above}
        <div className="page-title">
          <Heading ref={heading} tabIndex={-1}>
            <bdi>{title}</bdi>
          </Heading>
          <Suspense>{beside}</Suspense>
        </div>
        {lead && (
          <div className="lead">
            <Suspense>{lead}</Suspense>
          </div>
        )}
      </header>
      <Outer value={title}>
        <Suspense fallback={<Skeleton rows={5} />}>{children}</Suspense>
      </Outer>
    </>
  );
}

/** useTabTitle names the tab of the browser after the innermost page: layout effects come before all others. */
function useTabTitle(title: string, outer: string | null, pathname: string) {
  useLayoutEffect(() => {
    if (outer === null) document.title = `${title} · edensync`;
  }, [title, outer, pathname]);
  useEffect(() => {
    if (outer !== null) document.title = `${title} · ${outer} · edensync`;
  }, [title, outer, pathname]);
}

/** useArrival moves the focus to the heading whenever the address becomes that of another page. */
function useArrival(heading: RefObject<HTMLHeadingElement | null>, outermost: boolean, pathname: string) {
  useEffect(() => {
    if (!outermost) return;
    if (arrived) heading.current?.focus();
    arrived = true;
  }, [pathname, outermost, heading]);
}

/** Whether a page was shown before: the first one leaves the focus where the browser puts it. */
let arrived = false;
