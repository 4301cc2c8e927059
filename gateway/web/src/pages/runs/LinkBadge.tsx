import { useTranslation } from "react-i18next";

import type { Link } from "../../api/watch";
import { Icon, type IconName, Ring } from "../../ui/Icon";

const icons: Record<Exclude<Link, "live">, IconName> = { connecting: "clock", polling: "clock", lost: "alert", finished: "check" };

/** LinkBadge says how fresh the numbers on the page are. They stay, whatever it says. */
export function LinkBadge({ link }: { link: Link }) {
  const { t } = useTranslation("runs");
  return (
    <span className={`link-badge ${link}`}>
      {link === "live" ? <Ring /> : <Icon name={icons[link]} />}
      {t(`link.${link}`)}
    </span>
  );
}
