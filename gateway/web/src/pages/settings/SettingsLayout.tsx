export default function SettingsLayout() {
  return null;
}
