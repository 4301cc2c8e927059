export default function RejectsPage() {
  return null;
}
