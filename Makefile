# Short names for dev.py, which does the work and runs on Windows too: python dev.py demo
# Extra arguments: make test ARGS="tests/unit -k ladder"; another Python: make test PYTHON=python3.13
PYTHON ?= python3
ARGS ?=

.PHONY: install demo test check format bench texts train

install:
	@$(PYTHON) dev.py install $(ARGS)

demo:
	@$(PYTHON) dev.py demo $(ARGS)

test:
	@$(PYTHON) dev.py test $(ARGS)

check:
	@$(PYTHON) dev.py check $(ARGS)

format:
	@$(PYTHON) dev.py format $(ARGS)

bench:
	@$(PYTHON) dev.py bench $(ARGS)

texts:
	@$(PYTHON) dev.py texts $(ARGS)

train:
	@$(PYTHON) dev.py train $(ARGS)
