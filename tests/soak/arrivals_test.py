"""[R46][R72] The judgement of tools/soak on made-up arrivals: each planted fault is told by its name."""

import collections
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools/soak"))
from arrivals import Destination, Message  # noqa: E402

ROWS = [("opened-0", "action-0", "sent"), ("opened-1", "action-1", "sent"), ("closed-0", "action-0", "sent")]
ARRIVED = [Message("opened-0", 0), Message("opened-1", 1), Message("closed-0", 0)]


def faults(arrived, rows=ROWS, accepted=2, in_flight=()):
    return Destination("mails", arrived, rows).faults(accepted, collections.Counter(in_flight))


class Judgement(unittest.TestCase):
    def test_what_arrived_once_and_in_order_is_well(self):
        self.assertEqual(faults(ARRIVED), [])

    def test_a_lost_message_is_told_though_its_alert_was(self):
        self.assertEqual(faults(ARRIVED[:2]), ["mails: 1 messages lost: closed-0"])

    def test_an_accepted_alert_of_which_the_outbox_knows_nothing_is_told(self):
        self.assertEqual(faults(ARRIVED, accepted=3), ["mails: 1 alerts never told: 2"])

    def test_an_unsent_message_is_told(self):
        rows = [*ROWS[:2], ("closed-0", "action-0", "dead")]
        self.assertEqual(faults(ARRIVED, rows), ["mails: 1 messages lost: closed-0"])

    def test_an_unknown_id_is_told(self):
        arrived = [*ARRIVED, Message("other", 1)]
        self.assertEqual(faults(arrived), ["mails: 1 ids outside the expected set: other"])

    def test_a_repeat_needs_a_kill_for_each_time(self):
        arrived = [ARRIVED[0], *ARRIVED]
        self.assertEqual(faults(arrived), ["mails: 1 repeats without a kill: opened-0"])
        self.assertEqual(faults(arrived, in_flight=["opened-0"]), [])
        self.assertEqual(faults([ARRIVED[0], *arrived], in_flight=["opened-0"]),
                         ["mails: 1 repeats without a kill: opened-0"])

    def test_a_later_message_before_an_earlier_one_is_told(self):
        self.assertEqual(faults(ARRIVED[::-1]), ["mails: 1 subjects out of order: action-0"])

    def test_a_late_repeat_does_not_change_the_order(self):
        self.assertEqual(faults([*ARRIVED, ARRIVED[0]], in_flight=["opened-0"]), [])


if __name__ == "__main__":
    unittest.main()
