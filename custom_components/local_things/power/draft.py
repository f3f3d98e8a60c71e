"""A plan in the making: choices that can be changed one by one, and the three ways in which they are made better."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
import heapq
from typing import Self

from .problem import TINY, Plan, Problem


class Draft:
    """Choices for a problem, with what they cost and by how much they are over the room of each row."""

    def __init__(self, problem: Problem) -> None:
        """Give every load what it wants."""
        self.choices = [0] * len(problem.loads)
        self._costs = [options.costs for options in problem.loads]
        self._draws = [options.draws for options in problem.loads]
        self.over = [-room for room in problem.room]
        self._steps = 0
        self.on_row: defaultdict[int, list[int]] = defaultdict(list)
        for load, options in enumerate(self._draws):
            for row, draw in options[0].items():
                self.over[row] += draw
                if len(options) > 1:
                    self.on_row[row].append(load)

    def copy(self) -> Self:
        """Return another draft with the same choices."""
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__, choices=self.choices.copy(), over=self.over.copy())
        return twin

    def with_choices(self, choices: list[int]) -> Self:
        """Return another draft with these choices."""
        twin = self.copy()
        for load, choice in enumerate(choices):
            if choice != twin.choices[load]:
                twin.choose(load, choice)
        return twin

    @property
    def cost(self) -> float:
        """What the choices cost."""
        return sum(costs[choice] for costs, choice in zip(self._costs, self.choices, strict=True))

    def overloaded(self) -> list[int]:
        """Return the rows without enough room."""
        return [row for row, over in enumerate(self.over) if over > TINY]

    def plan(self) -> Plan:
        """Return the choices as they are."""
        overload = {row: self.over[row] for row in self.overloaded()}
        return Plan(choices=tuple(self.choices), cost=self.cost, overload=overload)

    def choose(self, load: int, choice: int) -> None:
        """Run a load another way."""
        for row, draw in self._draws[load][self.choices[load]].items():
            self.over[row] -= draw
        for row, draw in self._draws[load][choice].items():
            self.over[row] += draw
        self.choices[load] = choice

    def surcharge(self, load: int, choice: int) -> float:
        """Return what another choice costs more (or less) than the present one."""
        return self._costs[load][choice] - self._costs[load][self.choices[load]]

    def further(self, load: int) -> range:
        """Return the choices by which a load draws less than now."""
        return range(self.choices[load] + 1, len(self._costs[load]))

    # ------------------------------------------------------------------------------------------------- greedy

    def reduce(self) -> None:
        """Reduce loads, most relief per cost first, until no row is overloaded or nothing relieves one any more.

        Relief is what a move takes off the overload, each row weighed by how much it was over at first; what a row
        does not need is no relief. A row is never more over than before, so a move's worth only falls: one that is
        still the best when it is looked at again is the best of all.
        """
        weights = {row: 1.0 / self.over[row] for row in self.overloaded()}
        concerned = sorted({load for row in weights for load in self.on_row[row]})
        heap = [move for load in concerned for move in self._moves(load, weights)]
        heapq.heapify(heap)
        left = len(weights)
        while heap and left:
            _, load, start, choice = heapq.heappop(heap)
            if self.choices[load] != start:
                continue
            worth = self._worth(load, choice, weights)
            if heap and worth < -heap[0][0] - TINY:
                if worth > 0.0:
                    heapq.heappush(heap, (-worth, load, start, choice))
                continue
            if worth <= 0.0:
                continue
            rows = [row for row in self._draws[load][start] if self.over[row] > TINY]
            self.choose(load, choice)
            left -= sum(self.over[row] <= TINY for row in rows)
            for move in self._moves(load, weights):
                heapq.heappush(heap, move)

    def _moves(self, load: int, weights: Mapping[int, float]) -> Iterator[tuple[float, int, int, int]]:
        """Yield what can be done to a load: worth (negated, so that the best comes first), load, from and to."""
        for choice in self.further(load):
            if (worth := self._worth(load, choice, weights)) > 0.0:
                yield -worth, load, self.choices[load], choice

    def _worth(self, load: int, choice: int, weights: Mapping[int, float]) -> float:
        """Return the relief that a choice gives per cost."""
        relief, start = 0.0, self.choices[load]
        draws, costs, overs = self._draws[load], self._costs[load], self.over
        fewer = draws[choice]
        for row, draw in draws[start].items():
            if (over := overs[row]) > TINY:
                less = draw - fewer.get(row, 0.0)
                relief += weights[row] * (less if less < over else over)  # noqa: FURB136 (min takes three times as long)
        return relief / max(costs[choice] - costs[start], TINY)

    # ------------------------------------------------------------------------------------------------ better

    def take_back(self) -> None:
        """Undo what turned out not to be needed, the dearest first: each load as far as there is room."""
        for load in self._dearest_first():
            for choice in range(self.choices[load]):
                if not self._lacking(load, choice):
                    self.choose(load, choice)
                    break

    def exchange(self, steps: int) -> None:
        """Let one load run better at the price of another that costs less, until no such pair is left.

        `steps` are the most pairs looked at.
        """
        self._steps = steps
        while self._steps > 0 and sum(map(self._exchange_for, self._dearest_first())):
            self.take_back()

    def reduced(self) -> list[int]:
        """Return the loads that do not run as they want."""
        return [load for load, choice in enumerate(self.choices) if choice]

    def _dearest_first(self) -> list[int]:
        """Return the reduced loads, those first that would save most if they ran as they want."""
        return sorted(self.reduced(), key=lambda load: (self.surcharge(load, 0), load))

    def _lacking(self, load: int, choice: int) -> dict[int, float]:
        """Return how much room each row lacks for a load to run another way; a row that it relieves lacks none."""
        draws, over = self._draws[load], self.over
        now = draws[self.choices[load]]
        return {
            row: over[row] + more
            for row, draw in draws[choice].items()
            if (more := draw - now.get(row, 0.0)) > 0.0 and over[row] + more > TINY
        }

    def _exchange_for(self, load: int) -> bool:
        for choice in range(self.choices[load]):
            lacking = self._lacking(load, choice)
            if lacking and (exchange := self._best_exchange(load, choice, lacking)):
                self.choose(load, choice)
                self.choose(*exchange)
                return True
        return False

    def _best_exchange(self, load: int, choice: int, lacking: dict[int, float]) -> tuple[int, int] | None:
        """Return the cheapest reduction of another load that makes room for `choice`, if that saves more."""
        saved = -self.surcharge(load, choice)
        best: tuple[int, int] | None = None
        # Whoever is to make room must draw on every row that lacks it.
        for other, to, extra in self._cheaper(min((self.on_row[row] for row in lacking), key=len), load, saved):
            self._steps -= 1
            if self._steps <= 0:
                return None
            if extra < saved - TINY and self._covers(other, to, lacking):
                best, saved = (other, to), extra
        return best

    def _cheaper(self, candidates: list[int], load: int, saved: float) -> Iterator[tuple[int, int, float]]:
        """Yield how other loads can be reduced at less than `saved`: load, choice, and what that costs more."""
        for other in candidates:
            if other != load:
                costs, start = self._costs[other], self.choices[other]
                for to in range(start + 1, len(costs)):
                    if (extra := costs[to] - costs[start]) >= saved:
                        break
                    yield other, to, extra

    def _covers(self, other: int, to: int, lacking: dict[int, float]) -> bool:
        draws = self._draws[other]
        now, then = draws[self.choices[other]], draws[to]
        return all(now.get(row, 0.0) - then.get(row, 0.0) >= lack - TINY for row, lack in lacking.items())
