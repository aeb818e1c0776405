"""The packet law, computed here from the counters of a summary and from what the sender sent."""
REASONS = {
    "groups": ("unsupported_link", "berkeley_filter", "vlan_filter", "computation", "no_eligible_socket", "too_many_targets"),
    "sockets": ("queue_full", "no_ring", "bad_claim", "unreadable", "closed"),
}


def dropped(scope, counters):
    return sum(counters[reason] for reason in REASONS[scope])


def broken(summary):
    """The equations that do not hold."""
    errors = []

    def expect(where, left, right):
        if left != right:
            errors.append(f"{where}: {left} is not {right}")
    for group in summary["groups"]:
        where = f"group {group['id']}"
        expect(where, group["received"], group["accepted"] + group["diverted"] + dropped("groups", group))
        expect(where, group["picked"], group["offered"] + group["duplicate"])
    for socket in summary["sockets"]:
        where = f"socket {socket['name']}"
        expect(where, socket["offered"], socket["queued"] + dropped("sockets", socket))
        expect(where, socket["queued"], socket["read"] + socket["still_queued"])
        expect(where, socket["read"], socket["written"] + socket["counted"] + socket["write_failed"])
    for forward in summary["forwards"]:
        where = f"forward {forward['name']}"
        expect(where, forward["asked"], forward["duplicate_target"] + forward["handed_over"])
        expect(where, forward["handed_over"], forward["sent"] + forward["counted"] + forward["write_failed"])
    expect("run", sum(g["offered"] for g in summary["groups"]), sum(s["offered"] for s in summary["sockets"]))
    return errors


def check(test, summary, sent, groups=None, lossless=True):
    """The law holds and every packet of the sender is in it: `sent` at each group, or as `groups` says by number."""
    test.assertEqual(summary["violations"], [])
    test.assertEqual(broken(summary), [])
    for group in summary["groups"]:
        test.assertEqual(group["received"], sent if groups is None else groups[group["id"]], f"group {group['id']}")
    for socket in summary["sockets"]:
        test.assertEqual(socket["still_queued"], 0)
        if lossless:
            test.assertEqual(dropped("sockets", socket), 0, socket)
