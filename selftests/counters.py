# SPDX-License-Identifier: GPL-2.0-only
# Copyright (C) k8sov contributors
"""The counters that "ethtool -S" shows, without a process for each look."""
import array
import fcntl
import socket
import struct

SIOCETHTOOL = 0x8946
ETHTOOL_GSTRINGS, ETHTOOL_GSTATS, ETHTOOL_GSSET_INFO = 0x1b, 0x1d, 0x37
ETH_SS_STATS = 1
STRING = 32


class Counters:
    """Drop counters of an interface in the caller's network namespace."""

    def __init__(self, interface):
        self.interface = interface.encode()
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        request = self.ask(struct.pack("=IIQI", ETHTOOL_GSSET_INFO, 0,
                                       1 << ETH_SS_STATS, 0))
        self.count = struct.unpack_from("=I", request, 16)[0]
        names = self.ask(struct.pack("=III", ETHTOOL_GSTRINGS, ETH_SS_STATS,
                                     self.count) + bytes(STRING * self.count))
        self.names = [names[12 + i * STRING:12 + (i + 1) * STRING]
                      .rstrip(b"\0").decode().removeprefix("drop_")
                      for i in range(self.count)]

    def ask(self, request):
        data = array.array("B", request)
        address, _ = data.buffer_info()
        fcntl.ioctl(self.sock, SIOCETHTOOL,
                    struct.pack("16sP16x", self.interface, address))
        return data.tobytes()

    def read(self):
        data = self.ask(struct.pack("=II", ETHTOOL_GSTATS, self.count) +
                        bytes(8 * self.count))
        return dict(zip(self.names,
                        struct.unpack_from(f"={self.count}Q", data, 8)))

    def since(self, before):
        """What was counted since, as " reason+N" for each reason."""
        return "".join(f" {name}+{value - before[name]}"
                       for name, value in self.read().items()
                       if value != before[name])
