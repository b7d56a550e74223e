# Packages whose names are loaded when they are first used.
import _lws


# A package's __getattr__. names: {name: the module that it is in}; into: the package's globals;
# modules: others that are loaded by their own name.
def loader(names, into, modules=()):
    def load(name):
        module = names.get(name)
        if module:
            value = into[name] = getattr(_import(into, module), name)
            return value
        if name in modules or name in names.values():
            return _import(into, name)
        raise _lws.NameMissing("%s has no name '%s'" % (into["__name__"], name))

    return load


def _import(package, module):
    return __import__(package["__name__"] + "." + module, None, None, True, 0)
