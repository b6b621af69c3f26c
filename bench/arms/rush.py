"""Ten times the burst, with people at work in it: an act must not wait until the rush is over."""

from collections.abc import Sequence

from bench.arms.acts import Person, Work, a_look_at_the_queue
from bench.arms.burst import burst_of_bare, burst_of_ours
from bench.figures import LOCAL, ORDINARY, OURS, Measured, at
from bench.installation import an_installation, place_for_bare_cases
from bench.sizes import Sizes
from bench.topology import Topology

GIVES: Sequence[str] = ("burst.p99_s", "burst.word_out_s", "act_in_burst.p99_ms")


def measure(sizes: Sizes, slowness: float, topology: Topology) -> Measured:
    """One rush of each contender; see `bench.arms.burst.measure`."""
    cases = sizes.rush
    with an_installation(topology) as machine:
        machine.start_workers()
        noting = Work(Person(machine).notes)
        looking = Work(a_look_at_the_queue(machine))
        bursts = {OURS: burst_of_ours(machine, cases, slowness, [noting, looking])}
        machine.rest_webs()
        place_for_bare_cases(machine)
        for contender, is_local in ((ORDINARY, False), (LOCAL, True)):
            bursts[contender] = burst_of_bare(machine, cases, slowness, is_local)
    for contender, burst in bursts.items():
        burst.tell(contender)
    return {
        "burst.p50_s": {name: at(burst.late, 0.5) for name, burst in bursts.items()},
        "burst.p99_s": {name: at(burst.late, 0.99) for name, burst in bursts.items()},
        "burst.word_out_s": {OURS: bursts[OURS].word_out},
        "act_in_burst.p50_ms": {OURS: 1000 * at(noting.seconds, 0.5)},
        "act_in_burst.p99_ms": {OURS: 1000 * at(noting.seconds, 0.99)},
        "burst.queue_p95_ms": {OURS: 1000 * at(looking.seconds, 0.95)},
    }
