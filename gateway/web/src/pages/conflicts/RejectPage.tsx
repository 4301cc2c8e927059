export default function RejectPage() {
  return null;
}
