# A dict of what a query or a form says: a name that comes again keeps its first value here, and
# getlist() has all of them.


class MultiDict(dict):
    def __init__(self, pairs=()):
        super().__init__()
        self._lists = {}
        for key, value in pairs.items() if isinstance(pairs, dict) else pairs:
            self[key] = value

    def __setitem__(self, key, value):
        if key in self:
            self._lists.setdefault(key, [self[key]]).append(value)
        else:
            super().__setitem__(key, value)

    def get(self, key, default=None, type=None):
        if key not in self:
            return default
        return self[key] if type is None else type(self[key])

    def getlist(self, key, type=None):
        if key not in self:
            return []
        values = self._lists.get(key) or [self[key]]
        return values if type is None else [type(v) for v in values]
