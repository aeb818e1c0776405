#include "tools/pfq/run/run.hpp"

namespace pfq::tools {
namespace {

std::vector<Option> group_options() {
    constexpr auto section = "Groups";
    return {
        {.name = "group",
         .value = number("ID", 0, 63),
         .repeatable = true,
         .section = section,
         .help =
             "begin a group: the programs and options of this section that follow are its own. Groups see every "
             "packet in the order of their numbers. Before the first --group: of group 0 if there is a program, else "
             "of every group that does not say otherwise"},
        {.name = "expression",
         .letter = 'e',
         .value = text("TEXT"),
         .repeatable = true,
         .section = section,
         .help = "the program is TEXT: a module, or an expression of type Packet -> Action Packet"},
        {.name = "policy",
         .value = choice("POLICY", {"private", "restricted", "shared"}),
         .repeatable = true,
         .section = section,
         .help =
             "who may join the group of a live run: nobody (private, the default), this process (restricted), or every "
             "process (shared). A shared group without a program is one that another process has made"},
        {.name = "sockets",
         .value = text("SPEC"),
         .repeatable = true,
         .section = section,
         .help = "the sockets of the group: a number of them, or NAME[:WEIGHT[:CLASS[+CLASS...]]],... (default: 1). A "
                 "class is 0 to 63, default, control or any; a name that two groups use is one socket of both"},
        {.name = "write",
         .letter = 'w',
         .value = file("FILE"),
         .repeatable = true,
         .section = section,
         .help = "write packets to a capture file, %s in it being the name of the socket, or of the device that the "
                 "program forwards to; - is standard output. Without: packets are counted"},
        {.name = "filter",
         .value = text("FILTER"),
         .repeatable = true,
         .section = section,
         .help = "only packets that match the filter, in the syntax of tcpdump"},
        {.name = "vlan",
         .value = text("LIST"),
         .repeatable = true,
         .section = section,
         .help = "only packets with these VLAN identifiers: 10,20-30; 0 is untagged, -1 any tag"},
    };
}

std::vector<Option> live_options() {
    constexpr auto section = "Live traffic";
    return {
        {.name = "interface",
         .letter = 'i',
         .value = text("DEVICE[:QUEUE]"),
         .repeatable = true,
         .section = section,
         .help = "process the traffic of a device, or of one of its receive queues, until SIGINT or SIGTERM"},
        {.name = "direction",
         .value = choice("DIRECTION", {"in", "out", "both"}),
         .section = section,
         .help = "packets that arrive (in, the default), that leave (out), or both"},
        {.name = "mode",
         .value = choice("MODE", {"auto", "native", "tc", "generic"}),
         .section = section,
         .help = "where programs run: in the driver (native XDP), at TC, or behind the driver (generic XDP). auto, the "
                 "default, is native where the driver can, else tc; which one it is and why is always shown"},
        {.name = "ownership",
         .value = choice("OWNERSHIP", {"observe", "own"}),
         .section = section,
         .help = "observe, the default: the host gets every packet as well. own: only those that a program passes with "
                 "kernel or detour"},
        {.name = "time",
         .value = choice("POLICY", {"none", "coarse", "precise"}),
         .section = section,
         .help = "time of packets: precise (the default), coarse (of the last timer tick) or none; reading the clock "
                 "costs more than the delivery. Without precise time, packets of different processors have no order"},
        {.name = "memory",
         .value = size("BYTES", 65536, std::uint64_t{1} << 30),
         .section = section,
         .help = "memory for the queue of each socket (default: 64 MiB), divided over the processors"},
    };
}

std::vector<Option> run_options() {
    return {
        {.name = "read",
         .letter = 'r',
         .value = file("FILE"),
         .repeatable = true,
         .help = "read packets from a pcap or pcapng file, - is standard input; several files are merged by time"},
        {.name = "count",
         .letter = 'c',
         .value = number("COUNT", 1, ~std::uint64_t{0}),
         .help = "stop after COUNT packets that reached a socket or a device; live, that sockets have read"},
        {.name = "snapshot-length",
         .letter = 's',
         .value = size("BYTES", 0, 262144),
         .help = "write at most BYTES of each packet; 0 is no limit (the default)"},
        {.name = "format",
         .value = choice("FORMAT", {"pcap", "pcapng"}),
         .help = "format of the files written; default: pcapng if the name ends so, else pcap"},
        {.name = "table",
         .value = text("NAME=FILE"),
         .repeatable = true,
         .help =
             "fill a table of the programs: one address, prefix, port, range of ports or flow per line, # comments"},
        {.name = "address",
         .value = text("DEVICE=IP"),
         .repeatable = true,
         .help = "an address of the device that packets came from (the capture's interface, or the file's path)"},
        {.name = "threads",
         .value = number("N", 1, 256),
         .help = "use N threads (default: one per processor); the output is the same for any N"},
        {.name = "json", .help = "print the summary, events and errors as JSON"},
        {.name = "stats", .help = "show every counter in the summary, also those that are zero"},
        {.name = "quiet", .letter = 'q', .help = "print errors only"},
    };
}

} // namespace

const Command& run_table() {
    static const Command table = [] {
        Command command{
            .name = "run",
            .summary = "run programs on capture files or live traffic",
            .positionals = {{.value = file("PROGRAM"),
                             .optional = true,
                             .repeatable = true,
                             .help = "a program, one for each group; - is standard input"}},
            .options = run_options(),
            .description =
                "Every packet passes the filters of a group, then its program, which drops it or picks sockets for it. "
                "What each socket gets is written to its file.\n\n"
                "The summary on standard error counts every packet once: received = accepted + dropped + diverted. "
                "A damaged capture is processed up to the damage, which the summary names; the exit code is then 1.\n\n"
                "SIGINT and SIGTERM end the run with what was read so far, SIGUSR1 prints a line of statistics.",
            .examples = {{"pfq run -r in.pcap -e 'tcp >-> port 443' -w tls.pcap", "filter a capture"},
                         {"pfq run -i eth0 -e 'tcp >-> port 443 >-> steer_flow' --sockets 4 -w tls-%s.pcap",
                          "divide the TLS flows of a device over four files"},
                         {"pfq run -r in.pcap -e steer_flow --sockets 4 -w part-%s.pcap",
                          "divide a capture into four files, each flow in one of them"},
                         {"pfq run -r a.pcapng -r b.pcapng -e ip --filter 'not arp' --json",
                          "count the IPv4 packets of two captures"}},
        };
        for (const auto& options : {live_options(), group_options()})
            command.options.insert(command.options.end(), options.begin(), options.end());
        return command;
    }();
    return table;
}

} // namespace pfq::tools
