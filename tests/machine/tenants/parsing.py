"""Attacks on parsers: small files that take hours, gigabytes, or the stack."""

# ruff: noqa: E501 - the scripts stand as they are run
from __future__ import annotations

from tests.machine.tenants.attack import attack
from tests.machine.tenants.ground import DEMO, READ_OF_TENANTS, Ground


def put(g: Ground, program: str) -> None:
    """Runs a Python program as the tenant, in the checkout."""
    g.machine.run("python3", "-c", program, user=DEMO, cwd="/home/demo/biomaid")


@attack("2 GB in memory, without end")
def zlib_bomb(g: Ground) -> None:
    """A git object of 2 MB that unpacks to 2 GB, as an annotated tag."""
    put(
        g,
        "import zlib,os\nname='ab'+'c'*38\nz=zlib.compressobj(9); data=z.compress(b'tag 5\\0object ')\n"
        "for n in range(2048): data+=z.compress(b' '*(1<<20))\n"
        "data+=z.flush()\nos.makedirs('.git/objects/ab',exist_ok=True)\nopen('.git/objects/ab/'+'c'*38,'wb').write(data)\n"
        "os.makedirs('.git/refs/tags',exist_ok=True); open('.git/refs/tags/v9','w').write(name)",
    )
    g.later("rm -rf /home/demo/biomaid/.git/objects/ab/cccc*")
    g.verify("code", "environment.lock")


@attack("a traceback: no verification at all")
def nested_json(g: Ground) -> None:
    """Receipts with 100,000 brackets."""
    put(
        g,
        "import os\nfor p in ('.git/jalon.json','../.local/state/jalon/environment.json','../.local/state/jalon/static.json'):\n open(p,'w').write('['*100000)",
    )
    g.verify(*READ_OF_TENANTS, "cron")
    g.jalon("plan", "biomaid", "--instance", DEMO)


@attack("a traceback: no verification at all")
def receipts_of_other_kinds(g: Ground) -> None:
    """Receipts whose values are lists, numbers and texts of no UTF-8."""
    put(
        g,
        "import os,json\nopen('.git/jalon.json','w').write(json.dumps({'revision':['x'],'commit':{'a':1}}))\nopen('.git/HEAD','wb').write(b'\\xff\\xfe\\x00')\nopen('.git/packed-refs','wb').write(b'^\\n^x\\n\\xff \\n'*1000)",
    )
    g.verify(*READ_OF_TENANTS, "cron")


@attack("hung")
def nested_toml(g: Ground) -> None:
    """`poetry.lock`, `pyproject.toml` and `instance_config.toml` with 100,000 brackets, or keys of 50,000 dots."""
    put(
        g,
        "open('poetry.lock','w').write('a='+'['*100000)\nopen('pyproject.toml','w').write('a.'*50000+'a=1')\nopen('instance_config.toml','w').write('a='+'{a='*50000)",
    )
    g.verify(*READ_OF_TENANTS, "cron")
    g.jalon("plan", "biomaid", "--instance", DEMO)


@attack("probes crashed")
def toml_of_other_kinds(g: Ground) -> None:
    """TOML that is right and means nothing: lists for tables, numbers for names."""
    put(
        g,
        "open('poetry.lock','w').write('package = 3\\n')\nopen('pyproject.toml','w').write('tool = [1]\\nproject = 3\\n')\nopen('instance_config.toml','w').write('gunicorn_settings = [[]]\\n')\nopen('../.local/share/pypoetry/x','w')",
    )
    g.later("rm -f /home/demo/.local/share/pypoetry/x")
    g.verify(*READ_OF_TENANTS, "cron")
    g.jalon("plan", "biomaid", "--instance", DEMO)


@attack("")
def nested_python(g: Ground) -> None:
    """Settings nested 50,000 deep, in each way that Python knows."""
    for text in (
        "'('*50000",
        "'-'*50000+'1'",
        "'x='+'['*50000",
        "'1'+'+1'*50000",
        "'a'+'.a'*50000",
        "'f'+'()'*50000",
        "'if 1:\\n'+''.join(' '*n+'if 1:\\n' for n in range(1,99))",
        "'x = '+'{1:'*20000",
        "'x='+'9'*6000",
    ):
        put(g, f"open('instance_settings.py','w').write({text})")
        g.verify(*READ_OF_TENANTS, "cron")
    put(g, "import os\nos.remove('local'); os.mkdir('local'); open('local/settings.py','w').write('x='+'('*50000)")
    g.verify(*READ_OF_TENANTS, "cron")


@attack("")
def python_of_other_encodings(g: Ground) -> None:
    """Settings of other encodings, with NUL, a mark of byte order, and an encoding that takes for ever."""
    for text in (
        "b'# coding: idna\\n'+b'a'*200000",
        "b'# coding: punycode\\nx=1'+b'-'+b'a'*200000",
        "b'# coding: zlib\\nx'",
        "b'# coding: unicode_escape\\nx=1\\\\n'",
        "b'x=1\\0'",
        "b'\\xff\\xfe' + 'x=1'.encode('utf-16-le')",
    ):
        put(g, f"open('instance_settings.py','wb').write({text})")
        g.verify(*READ_OF_TENANTS, "cron")


@attack("", allowed="/spool/cron")
def crontab_for_hours(g: Ground) -> None:
    """A crontab of the tenant's whose lines take a pattern for hours, and with escapes."""
    g.tenant(
        "python3 -c \"print('#'+' '*100000+'x'); print('# '+'1 '*30000); print('#* * * * * '+'>'*30000); print('#* * * * * '+'\\$('*30000); print('#@'+'a'*100000)\n"
        "print('#1 1 1 1 1 '+'> '+' '*50000+';'); print('* * * * * '+chr(27)+']52;c;aGk='+chr(7)+chr(0x202e))\n"
        "print('MAILTO=x'+' '*900+'x')\nprint('#* * * * * '+'x='*50000+' manage.py runjobs')\nprint('#* * * * * '+chr(96)*50000)\" >/tmp/tab; crontab /tmp/tab"
    )
    g.later("runuser -u demo -- crontab /run/tab")
    g.verify("cron")
    for form in ("text", "json"):
        g.jalon("verify", "biomaid", "--instance", DEMO, "--format", form, "--only", "cron")


@attack("")
def regular_expressions_for_hours(g: Ground) -> None:
    """Files of the checkout whose text takes a pattern for hours."""
    put(
        g,
        "open('.git/config','a').write('[remote \"origin\"]'*50000+'\\n'+'url = '*50000)\n"
        "open('pyproject.toml','a').write('[project]\\nrequires-python = \"'+'>=3,'*50000+'\"\\n')\n"
        "open('../.bashrc','a').write(('export PATH=\"'+' '*100000)*20)\n"
        "open('instance_settings.py','a').write('ALLOWED_HOSTS = ['+'\"'+'.a'*100000+'\",'+']\\n')\n",
    )
    put(
        g,
        "import glob\nfor p in glob.glob('../.cache/pypoetry/virtualenvs/*/pyvenv.cfg'): open(p,'a').write('a'*100000+'\\n'+'x'+'\\n'*100000)",
    )
    g.later(
        "for f in /home/demo/.cache/pypoetry/virtualenvs/*/pyvenv.cfg; do grep -m6 ' = ' $f >/run/cfg; cat /run/cfg >$f; done"
    )
    g.verify(*READ_OF_TENANTS, "cron")
