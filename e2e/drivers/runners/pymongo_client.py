"""PyMongo as a client: reads all cases, then connects with each.

PyMongo takes PyOpenSSL, and checks OCSP with it, when what its extra `ocsp`
installs can be imported. `--without-pyopenssl` hides that, so that one machine
shows both.
"""

import concurrent.futures
import json
import ssl
import sys
import time
import warnings

warnings.simplefilter("ignore")
if "--without-pyopenssl" in sys.argv:
    # A module that is None cannot be imported.
    sys.modules["OpenSSL"] = None

import pymongo
from pymongo import ssl_support

if ssl_support._ssl.IS_PYOPENSSL == ("--without-pyopenssl" in sys.argv):
    sys.exit("PyMongo has not taken the TLS library that this run is about")

def library():
    openssl = " ".join(ssl.OPENSSL_VERSION.split()[:2])
    if not ssl_support._ssl.IS_PYOPENSSL:
        return openssl
    import OpenSSL
    import service_identity

    return f"PyOpenSSL {OpenSSL.__version__}, service_identity {service_identity.__version__}, {openssl}"


if "--version" in sys.argv:
    print(f"PyMongo {pymongo.version}, Python {sys.version.split()[0]}, {library()}")
    sys.exit()


def run(case):
    began = time.monotonic()
    answer = {"id": case["id"], "connects": False, "error": ""}
    client = None
    try:
        client = pymongo.MongoClient(case["uri"])
        client.admin.command("ping")
        answer["connects"] = True
    except Exception as e:
        kind = type(e)
        answer["error"] = f"{kind.__module__}.{kind.__qualname__}: {e}"
    answer["ms"] = round((time.monotonic() - began) * 1000)
    if client is not None:
        client.close()
    return answer


cases = [json.loads(line) for line in sys.stdin]
with concurrent.futures.ThreadPoolExecutor(32) as pool:
    for answer in pool.map(run, cases):
        print(json.dumps(answer), flush=True)
