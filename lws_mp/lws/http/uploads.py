# Multipart forms: collected, or part by part while they arrive.
import os

import _lws

from .body import settle
from .errors import BadRequest
from .request import MultiDict, mime_of
from .response import GENERATOR
from .stream import Reader

_READ = 4096


def is_multipart(request):
    return mime_of(request) == "multipart/form-data"


def _remove(path):
    try:
        os.remove(path)
    except OSError:
        pass  # it was not made


# FAT renames to no name that is taken.
def _rename(path, name):
    try:
        os.rename(path, name)
    except OSError:
        os.remove(name)
        os.rename(path, name)


def _parser(request):
    try:
        return _lws.Multipart(request.content_type or "")
    except ValueError as e:
        raise BadRequest(e.args[0])


# A part of a form. It is read before the next part comes, or is lost.
class FileUpload(Reader):
    max_memory_size = 1024  # bytes; with_form_data keeps a longer file in temp_folder
    temp_folder = ""
    _temps = 0

    def __init__(self, name, filename, content_type, recv, data=b""):
        super().__init__(recv, data)
        self.name = name
        self.filename = filename
        self.content_type = content_type
        self._file = self._temp = None

    # The whole of a small file that was collected, for plain functions.
    @property
    def data(self):
        return self._piece

    async def text(self):
        return _lws.text(await self.read())

    # To a path or an open file, piece by piece. The file has its name when all of it is there.
    async def save(self, path_or_file):
        if not isinstance(path_or_file, str):
            return await self._write_to(path_or_file)
        FileUpload._temps += 1
        part = "%s.%d.part" % (path_or_file, FileUpload._temps)
        try:
            with open(part, "wb") as file:
                await self._write_to(file)
            _rename(part, path_or_file)
        except BaseException:
            _remove(part)
            raise

    async def _write_to(self, file):
        while await self._fill():
            file.write(self._take())

    # Takes it all, so that the next part can come: into memory or a temporary file.
    async def copy(self, max_memory_size=None):
        try:
            await self._copy(max_memory_size or self.max_memory_size)
        except BaseException:
            await self.close()  # of what was cut nobody else gets to know
            raise
        return self

    async def _copy(self, limit):
        pieces, size = [], 0
        while size <= limit and await self._fill():
            pieces.append(self._take())
            size += len(pieces[-1])
        self._piece, self._at = b"".join(pieces), 0
        if size > limit:
            await self._spool()

    async def _spool(self):
        FileUpload._temps += 1
        temp = "%supload%d.tmp" % (self.temp_folder, FileUpload._temps)
        self._file = open(temp, "w+b")
        self._temp = temp
        await self._write_to(self._file)
        self._file.seek(0)
        self._recv = self._read_file

    async def _read_file(self):
        return self._file.read(_READ)

    # Removes the temporary file.
    async def close(self):
        if self._file:
            self._file.close()
            os.remove(self._temp)
            self._file = None


# request.parts(): async for part in ...: part.filename is None for a plain field.
class Parts:
    def __init__(self, request):
        self._body = request.stream
        self._parser = _parser(request)
        self._open = False

    def __aiter__(self):
        return self

    async def __anext__(self):
        while self._open:
            await self._data()
        event = await self._event()
        if event[0] == _lws.END:
            while await self._body.read(_READ):
                pass
            raise StopAsyncIteration
        self._open = True
        return FileUpload(event[1], event[2], event[3], self._data)

    async def _data(self):
        if self._open:
            event = await self._event()
            if event[0] == _lws.DATA:
                return event[1]
            self._open = False
        return b""

    async def _event(self):
        try:
            event = self._parser.next()
            while event is None:
                data = await self._body.read(_READ)
                if not data:
                    raise ValueError("multipart: the body ends without its last boundary")
                event = self._parser.feed(data).next()
            return event
        except ValueError as e:
            raise BadRequest(e.args[0])


# microdot's: async for name, value in FormDataIter(request): value is a str or a FileUpload.
class FormDataIter:
    def __init__(self, request):
        self._parts = Parts(request) if is_multipart(request) else None

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self._parts is None:
            raise StopAsyncIteration
        part = await self._parts.__anext__()
        return part.name, part if part.filename is not None else await part.text()


# (fields, files) of a body that was collected.
def collect(request, body):
    form, files = MultiDict(), MultiDict()
    try:
        parser = _parser(request)
        for event in parser.feed(body):
            if event[0] == _lws.PART:
                part, pieces = event, []
            elif event[0] == _lws.DATA:
                pieces.append(event[1])
            elif event[0] == _lws.PART_END:
                _put(form, files, part, b"".join(pieces))
        parser.end()
    except ValueError as e:
        raise BadRequest(e.args[0])
    return form, files


def _put(form, files, part, data):
    _, name, filename, content_type = part
    if filename is None:
        form[name] = _lws.text(data)
    else:
        files[name] = FileUpload(name, filename, content_type, None, data)


# A route whose request.form and request.files are filled before it runs.
def with_form_data(f):
    async def route(request, *args, **params):
        form, files, copies = MultiDict(), MultiDict(), []
        try:
            async for name, value in FormDataIter(request):
                if isinstance(value, str):
                    form[name] = value
                else:
                    copies.append(await value.copy())
                    files[name] = value
            if form or files:
                request.form, request.files = form, files
            value = f(request, *args, **params)
            return (await settle(value)) if type(value) is GENERATOR else value
        finally:
            for file in copies:
                await file.close()

    return route
