import { useTranslation } from "react-i18next";

import { lostSince } from "../api/client";
import { useStore } from "../api/store";
import { useFormat } from "../format/useFormat";
import { Icon } from "../ui/Icon";

/** ConnectionBar says that the server was lost, and since when. What was loaded stays. */
export function ConnectionBar() {
  const { t } = useTranslation();
  const format = useFormat();
  const lost = useStore(lostSince);
  return (
    <div role="status">
      {lost && (
        <p className="bar warning">
          <Icon name="alert" />
          {t("lostBar", { time: format.time(lost, "local", { now: new Date() }) })}
        </p>
      )}
    </div>
  );
}

/** PlainHttpBar warns as long as the page is used without encryption beyond this machine. */
export function PlainHttpBar() {
  const { t } = useTranslation();
  const own = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(location.hostname);
  if (location.protocol !== "http:" || own) return null;
  return (
    <p className="bar warning">
      <Icon name="alert" />
      {t("plainHttp")}
    </p>
  );
}
