import type { WorkloadApiSocket } from '../../lib';

/** Paths that the service and tbot's configuration must agree on. */
export interface TbotUnitOptions {
  /** Absolute path of tbot's configuration. */
  readonly configFile: string;
  /** Where tbot listens: its directory is one level beneath `/run`. */
  readonly socket: WorkloadApiSocket;
  /** Where tbot keeps its key: one level beneath `/var/lib`. */
  readonly storage: string;
}

/** A systemd service that runs tbot as a user of its own, with no right but to read what /proc shows to everybody. */
export function tbotUnit({ configFile, socket, storage }: TbotUnitOptions): string {
  return `[Unit]
Description=SPIFFE Workload API by Teleport's tbot
Documentation=https://goteleport.com/docs/machine-workload-identity/
Wants=network-online.target
After=network-online.target

[Service]
User=tbot
Group=tbot
ExecStart=/usr/local/bin/tbot start -c ${configFile} --log-format json
Restart=always
RestartSec=5

# The directory of the socket, for members of the group tbot only; the socket itself is open to everybody.
RuntimeDirectory=${child('/run', socket.directory)}
RuntimeDirectoryMode=0750

# tbot's key and certificates, for tbot only.
StateDirectory=${child('/var/lib', storage)}
StateDirectoryMode=0700

# ProtectProc and PrivateUsers stay off: tbot must see the processes that call it, and the users they run as.
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
SystemCallArchitectures=native
SystemCallFilter=@system-service

[Install]
WantedBy=multi-user.target
`;
}

/** systemd makes these directories by their name beneath a fixed parent. */
function child(parent: string, directory: string): string {
  if (!directory.startsWith(`${parent}/`)) throw new Error(`${directory} is not beneath ${parent}`);
  return directory.slice(parent.length + 1);
}
