#!/usr/bin/python3
"""Prints the values that NoteMatchingTests compares with: apt install python3-mir-eval; /usr/bin/python3 mir_eval_values.py

The ten pairs of note lists come from the same linear congruential generator as in NotePairs.cs, so nothing but numbers is shared."""
import mir_eval
import numpy as np


class Generator:
    """x -> 6364136223846793005 x + 1442695040888963407 modulo 2^64; the upper 31 bits count."""

    def __init__(self, seed):
        self.state = seed

    def below(self, limit):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % limit


def pair(seed):
    """Times in units of 0.1 ms and pitches in cents, so that both programs have the same numbers. Many onsets lie exactly on the
    tolerance, pitches are struck again within it, and some notes are missing or invented."""
    g = Generator(seed)
    reference, estimate = [], []
    time = 1000
    for _ in range(40 + 10 * seed):
        time += g.below(4) * (60 + g.below(200))
        pitch = 4800 + 100 * g.below(4 + seed)
        length = 300 + g.below(9000)
        reference.append((time, time + length, pitch))
        for _ in range((0, 1, 1, 1, 1, 2)[g.below(6)]):
            shift = (0, 20, -35, 499, 500, 501, -500, -501, 250, 700)[g.below(10)]
            cents = (0, 0, 0, 7, -20, 49, -49, 51, 1200, -100)[g.below(10)]
            stretch = (0, 0, 100, -100, 500, -500, 501, length // 5, length // 5 + 1, 3000)[g.below(10)]
            onset = max(0, time + shift)
            estimate.append((onset, max(onset + 50, time + length + stretch), pitch + cents))
        if g.below(10) == 0:
            onset = time + g.below(3000)
            estimate.append((onset, onset + 500 + g.below(4000), 4800 + 100 * g.below(24)))
    return reference, estimate


def arrays(notes):
    intervals = np.array([(onset / 10000, offset / 10000) for onset, offset, _ in notes])
    hertz = np.array([440 * 2 ** ((cents / 100 - 69) / 12) for _, _, cents in notes])
    return intervals, hertz


if __name__ == '__main__':
    for seed in range(1, 11):
        reference, estimate = pair(seed)
        ri, rp = arrays(reference)
        ei, ep = arrays(estimate)
        values = [seed, len(rp), len(ep)]
        for settings in (dict(offset_ratio=None), dict(), dict(offset_ratio=None, onset_tolerance=.1)):
            scores = mir_eval.transcription.precision_recall_f1_overlap(ri, rp, ei, ep, **settings)[:3]
            values.append('[' + ', '.join(f'{x:.12f}' for x in scores) + ']')
        print(f"        {{ {', '.join(map(str, values))} }},")
