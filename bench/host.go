package bench

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// Machine is what a benchmark ran on.
type Machine struct {
	CPU      string  `json:"cpu"`       // model name, empty if unknown
	Cores    int     `json:"cores"`     // logical processors that glia may use
	MemoryGB float64 `json:"memory_gb"` // 1e9 bytes; 0 if unknown
	L2       int64   `json:"l2_bytes"`  // of one core; 0 if unknown
	L3       int64   `json:"l3_bytes"`  // as the system states it: of a virtual machine, often that of the host
	Load     float64 `json:"load"`      // mean number of runnable processes in the minute before; -1 if unknown
	OS       string  `json:"os"`
	Arch     string  `json:"arch"`
	Go       string  `json:"go"`
	Glia     string  `json:"glia"` // version
}

// ThisMachine describes the machine it runs on.
func ThisMachine(version string) Machine {
	m := Machine{Cores: runtime.GOMAXPROCS(0), Load: -1, OS: runtime.GOOS, Arch: runtime.GOARCH, Go: runtime.Version(), Glia: version}
	m.CPU, _ = field("/proc/cpuinfo", "model name")
	if bytes, ok := kibibytes("/proc/meminfo", "MemTotal"); ok {
		m.MemoryGB = float64(bytes) / 1e9
	}
	m.L2, m.L3 = cacheSize(2), cacheSize(3)
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		if first := strings.Fields(string(text)); len(first) > 0 {
			if load, err := strconv.ParseFloat(first[0], 64); err == nil {
				m.Load = load
			}
		}
	}
	return m
}

// String gives one line for people.
func (m Machine) String() string {
	cpu := m.CPU
	if cpu == "" {
		cpu = "unknown processor"
	}
	s := fmt.Sprintf("%s, %d cores", cpu, m.Cores)
	if m.L2 > 0 {
		s += fmt.Sprintf(", %s L2", cacheText(m.L2))
	}
	if m.L3 > 0 {
		s += fmt.Sprintf(", %s L3", cacheText(m.L3))
	}
	if m.MemoryGB > 0 {
		s += fmt.Sprintf(", %.0f GB", m.MemoryGB)
	}
	s += fmt.Sprintf("; %s/%s, %s, glia %s", m.OS, m.Arch, m.Go, m.Glia)
	// What runs beside a benchmark is in its numbers.
	if m.Load >= 0 {
		s += fmt.Sprintf("; load before %.1f", m.Load)
	}
	return s
}

func cacheText(bytes int64) string {
	if bytes < 1<<20 {
		return fmt.Sprintf("%d KiB", bytes>>10)
	}
	return fmt.Sprintf("%d MiB", bytes>>20)
}

// cacheSize is the size of the data cache of a level, 0 where the system does not say.
func cacheSize(level int) int64 {
	for index := range 8 {
		dir := fmt.Sprintf("/sys/devices/system/cpu/cpu0/cache/index%d/", index)
		read := func(name string) string {
			text, err := os.ReadFile(dir + name)
			if err != nil {
				return ""
			}
			return strings.TrimSpace(string(text))
		}
		if read("level") != strconv.Itoa(level) || read("type") == "Instruction" {
			continue
		}
		size, unit := read("size"), int64(1)
		if s, ok := strings.CutSuffix(size, "K"); ok {
			size, unit = s, 1<<10
		} else if s, ok := strings.CutSuffix(size, "M"); ok {
			size, unit = s, 1<<20
		}
		if n, err := strconv.ParseInt(size, 10, 64); err == nil {
			return n * unit
		}
	}
	return 0
}

// residentMemory is the size of the process's resident set [bytes]; ok is false where the system does not say.
func residentMemory() (bytes int64, ok bool) { return kibibytes("/proc/self/status", "VmRSS") }

// peakMemory is the largest resident set that the process has had.
func peakMemory() (bytes int64, ok bool) { return kibibytes("/proc/self/status", "VmHWM") }

// availableMemory is how much memory a new process may use without swapping: that of the machine or of the
// control group, whichever is less.
func availableMemory() (bytes int64, ok bool) {
	bytes, ok = kibibytes("/proc/meminfo", "MemAvailable")
	read := func(path string) (int64, bool) {
		text, err := os.ReadFile(path)
		if err != nil {
			return 0, false
		}
		n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
		return n, err == nil // "max" is no number and no limit
	}
	if limit, limited := read("/sys/fs/cgroup/memory.max"); limited {
		used, _ := read("/sys/fs/cgroup/memory.current")
		if free := max(0, limit-used); !ok || free < bytes {
			return free, true
		}
	}
	return bytes, ok
}

// kibibytes reads a "key: 123 kB" line as bytes.
func kibibytes(path, key string) (int64, bool) {
	text, ok := field(path, key)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(text, "kB")), 10, 64)
	return n << 10, err == nil
}

// field gives the value of the first "key: value" line of a file.
func field(path, key string) (string, bool) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", false
	}
	for line := range strings.Lines(string(text)) {
		if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == key {
			return strings.TrimSpace(v), true
		}
	}
	return "", false
}
