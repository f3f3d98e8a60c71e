"""Rules learnt from what people do in their house: a log of changes, a miner, and what is offered of it."""
