"""Celery tasks on a Redis whose address stands in the environment; run as a program, it is the client that asks for them."""
import os
import sys

from celery import Celery

app = Celery("tasks", broker=os.environ["TASKS_BROKER"], backend=os.environ["TASKS_BROKER"])


@app.task
def add(a, b):
    return a + b


@app.task
def fail(word):
    raise ValueError(word)


if __name__ == "__main__":
    wanted = [app.signature("tasks.add", (number, number)).delay() for number in range(int(sys.argv[1]))]
    print([each.get(timeout=60) for each in wanted])
    try:
        app.signature("tasks.fail", ("on purpose",)).delay().get(timeout=60)
    except Exception as error:
        print(type(error).__name__, error)
