import { type ReactNode, useEffect, useRef } from "react";

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

/** Page is a page with its heading, which takes the focus when one comes from another page. */
export function Page({ title, tab, above, beside, lead, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${tab ?? title} · edensync`;
  }, [tab, title]);
  useEffect(() => {
    if (arrived) heading.current?.focus();
    arrived = true;
  }, []);
  return (
    <>
      <header className="page-head">
        {above}
        <div className="page-title">
          <h1 ref={heading} tabIndex={-1}>
            <bdi>{title}</bdi>
          </h1>
          {beside}
        </div>
        {lead && <div className="lead">{lead}</div>}
      </header>
      {children}
    </>
  );
}

/** Whether a page was shown before: the first one leaves the focus where the browser puts it. */
let arrived = false;
