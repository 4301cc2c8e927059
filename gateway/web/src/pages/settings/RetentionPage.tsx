export default function RetentionPage() {
  return null;
}
