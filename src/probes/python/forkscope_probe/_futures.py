"""concurrent.futures: which thread of a pool works on which future."""
from ._arena import current_writer
from ._guest import observe, wrap_method

# id(future) → the writer of the thread that works on it.
_workers = {}


def patch_thread_pool(module):
    def before(item):
        number = id(item.future)
        _workers[number] = current_writer()
        return number

    def after(number, result, failure):
        _workers.pop(number, None)

    wrap_method(module._WorkItem, "run", lambda original: observe(original, before, after))


def worker_of(future):
    """The kernel's id of the thread that works on the future; 0 where nobody does, or a process."""
    worker = _workers.get(id(future))
    return 0 if worker is None else worker.thread
