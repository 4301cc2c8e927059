package peer

import "testing"

func TestMayConnect(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"10.1.2.3:443": true, "192.168.0.7:80": true, "172.16.0.1:80": true, "100.64.0.1:80": true, "127.0.0.1:8000": true, "[::1]:80": true,
		"[fd12:3456::1]:80": true, "[2001:db8::1]:443": true, "198.51.100.7:443": true, "[64:ff9b::c633:6407]:443": true,
		"169.254.169.254:80": false, "[::ffff:169.254.169.254]:80": false, "[fe80::1%eth0]:80": false, "0.0.0.0:80": false, "0.1.2.3:80": false,
		"[::]:80": false, "239.1.1.1:80": false, "[ff02::1]:80": false, "[fd00:ec2::254]:80": false, "[fd20:ce::254]:80": false,
		"[64:ff9b::a9fe:a9fe]:80": false, "[2002:a9fe:a9fe::1]:80": false, "100.100.100.200:80": false, "nonsense": false,
	} {
		if got := mayConnect("tcp", address, nil) == nil; got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}
