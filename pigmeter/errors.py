"""Every exception a caller of pigmeter can catch."""


class PigmeterError(Exception):
    """
    A refusal: what was found, where, and what to do next.

    Parameters
    ----------
    code : str
        Short, stable name of the reason, for tables and for programs, e.g. ``"DEC_TRUNCATED"``.
    reason : str
        What was found and what was wanted, in words and numbers.
    remedy : str
        What the reader can do about it.
    file : str, optional
        Name of the file concerned, without its folder.
    """

    def __init__(self, code: str, reason: str, remedy: str, *, file: str | None = None) -> None:
        super().__init__(code, reason, remedy)
        self.code = code
        self.reason = reason
        self.remedy = remedy
        self.file = file

    def __str__(self) -> str:
        where = f"{self.file}: " if self.file else ""
        return f"{where}{self.reason}. {self.remedy}."

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuilt, (type(self), self.code, self.reason, self.remedy, self.file)


def _rebuilt(
    kind: type[PigmeterError], code: str, reason: str, remedy: str, file: str | None
) -> PigmeterError:
    return kind(code, reason, remedy, file=file)


class PhotoError(PigmeterError):
    """A file that is no photo, is damaged, or is of a kind that is not measured."""


class ChartError(PigmeterError):
    """
    No colour chart was found, or what was found could not be trusted.

    Attributes
    ----------
    candidate : pigmeter.colour.chart.Chart or None
        The best that was found, for the eye; never to be measured with.
    """

    candidate: object | None = None


class ProfileError(PigmeterError):
    """A profile could not be fitted, read or used."""


class MeasurementError(PigmeterError):
    """A photo and its profile are sound, but there is nothing that can be measured."""


class UsageError(PigmeterError):
    """The call itself was wrong, or it found nothing to work on."""


class OutputError(PigmeterError):
    """A result could not be written: no space, no permission, no such folder."""
