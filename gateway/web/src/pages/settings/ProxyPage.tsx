export default function ProxyPage() {
  return null;
}
