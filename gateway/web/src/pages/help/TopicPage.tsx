export default function TopicPage() {
  return null;
}
