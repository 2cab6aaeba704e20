//! What processes cost: read from /proc, for a process and all it started.

use std::collections::HashMap;
use std::fs;

/// Ticks a second in /proc/PID/stat: fixed for programs at 100 on Linux, whatever the kernel counts by.
const TICKS: f64 = 100.0;

/// One process: its parent, and its own and its reaped children's ticks.
struct Process {
    parent: u32,
    ticks: u64,
}

/// Seconds of processor time, user and system, that the trees under `roots` have used, reaped children included.
pub fn cpu_seconds(roots: &[u32]) -> f64 {
    let all = processes();
    let ticks: u64 = all.iter().filter(|(pid, _)| is_under(&all, **pid, roots)).map(|(_, process)| process.ticks).sum();
    ticks as f64 / TICKS
}

fn is_under(all: &HashMap<u32, Process>, mut pid: u32, roots: &[u32]) -> bool {
    while !roots.contains(&pid) {
        match all.get(&pid) {
            Some(process) if process.parent != pid => pid = process.parent,
            _ => return false,
        }
    }
    true
}

fn processes() -> HashMap<u32, Process> {
    let pids = fs::read_dir("/proc").into_iter().flatten().flatten();
    pids.filter_map(|entry| {
        let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
        let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
        // The name is in brackets and may hold anything, so counting starts behind the last one. proc_pid_stat(5).
        let fields: Vec<&str> = stat.get(stat.rfind(')')? + 2..)?.split(' ').collect();
        let ticks = fields.get(11..15)?.iter().filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
        Some((pid, Process { parent: fields.get(1)?.parse().ok()?, ticks }))
    })
    .collect()
}
