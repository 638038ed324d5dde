"""nginx's configurations as people write them for applications of Python, each of another shape, and what they mean.

Made after public ones, in other words: files below /etc/nginx, the main one left out where Debian's does; then for each
server its ports without TLS, names and targets.
"""

from __future__ import annotations

from wizard.base.values import Value

DEBIAN = """
user www-data;
events { worker_connections 768; }
http {
    types_hash_max_size 2048;
    include conf.d/*.conf;
    include sites-enabled/*;
}
"""
ONE_FILE = """
worker_processes 1;
events { worker_connections 1024; accept_mutex off; }
http {
    default_type application/octet-stream;
    access_log /var/log/nginx/access.log combined;
    upstream app_server { server unix:/tmp/gunicorn.sock fail_timeout=0; }
    server { listen 80 default_server; return 444; }
    server {
        listen 80;
        server_name a.example www.a.example;
        root /srv/app/public;
        location / { try_files $uri @proxy_to_app; }
        location @proxy_to_app { proxy_set_header Host $http_host; proxy_redirect off; proxy_pass http://app_server; }
        error_page 500 502 503 504 /500.html;
        location = /500.html { root /srv/app/public; }
    }
}
"""
Served = tuple[tuple[int, ...], tuple[str, ...], tuple[tuple[str, str], ...]]
GUNICORN = (("/", "/run/gunicorn.sock"),)
PARAMS = "proxy_set_header Host $http_host;\nproxy_set_header X-Forwarded-Proto $scheme;\n"


class Sites(Value):
    """A configuration: its files by name, what it serves, and its main file."""

    id: str
    files: tuple[tuple[str, str], ...]
    served: tuple[Served, ...]
    main: str = DEBIAN


SITES = (
    Sites(
        "socket-and-parameters-from-a-file",
        (
            ("proxy_params", PARAMS),
            (
                "sites-enabled/a",
                """server {
    listen 80;
    server_name a.example 192.0.2.7;
    location = /favicon.ico { access_log off; log_not_found off; }
    location /static/ { root /srv/a; }
    location / { include proxy_params; proxy_pass http://unix:/run/gunicorn.sock; }
}""",
            ),
        ),
        (((80,), ("a.example", "192.0.2.7"), GUNICORN),),
    ),
    Sites(
        "as-certbot-leaves-it",
        (
            (
                "sites-enabled/a",
                """server {
    server_name a.example;
    location / { proxy_pass http://unix:/run/gunicorn.sock; }
    listen [::]:443 ssl ipv6only=on; # managed
    listen 443 ssl; # managed
}
server {
    if ($host = a.example) {
        return 301 https://$host$request_uri;
    } # managed
    listen 80 ; listen [::]:80 ;
    server_name a.example;
    return 404; # managed
}""",
            ),
        ),
        (((), ("a.example",), GUNICORN), ((80,), ("a.example",), ())),
    ),
    Sites(
        "everything-in-one-file",
        (),
        (
            ((80,), (), ()),
            ((80,), ("a.example", "www.a.example"), (("@proxy_to_app", "/tmp/gunicorn.sock"),)),
        ),
        ONE_FILE,
    ),
    Sites(
        "asked-by-if",
        (
            (
                "conf.d/a.conf",
                """upstream Hello { server unix:/srv/hello/run/g.sock fail_timeout=0; }
server { listen 80; server_name a.example; client_max_body_size 4G;
  location / { if (!-f $request_filename) { proxy_pass http://hello; break; } } }""",
            ),
        ),
        (((80,), ("a.example",), (("/", "/srv/hello/run/g.sock"),)),),
    ),
    Sites(
        "uwsgi-by-three-slashes",
        (
            (
                "sites-enabled/a",
                "server { listen 8000; server_name .a.example ~^.*\\.b\\.example$; charset utf-8;\n"
                "  location /icis/ { uwsgi_pass unix:///run/uwsgi/icis.socket; }\n"
                "  location / { uwsgi_pass 127.0.0.1:3031; } }",
            ),
        ),
        (
            (
                (8000,),
                (".a.example", "~^.*\\.b\\.example$"),
                (("/icis/", "/run/uwsgi/icis.socket"), ("/", "127.0.0.1:3031")),
            ),
        ),
    ),
    Sites(
        "uvicorn-with-websockets",
        (
            (
                "conf.d/a.conf",
                """map $http_upgrade $connection_upgrade { default upgrade; '' close; }
upstream asgi { least_conn; server 127.0.0.1:8001 weight=2; server 127.0.0.1:8002 backup; keepalive 8; }
server { listen 80; server_name "a.example";
  location /ws/ { proxy_http_version 1.1; proxy_set_header Connection $connection_upgrade; proxy_pass http://asgi; }
  location / { proxy_pass http://asgi$request_uri; } }""",
            ),
        ),
        (
            (
                (80,),
                ("a.example",),
                (
                    ("/ws/", "127.0.0.1:8001"),
                    ("/ws/", "127.0.0.1:8002"),
                    ("/", "127.0.0.1:8001"),
                    ("/", "127.0.0.1:8002"),
                ),
            ),
        ),
    ),
    Sites(
        "below-a-prefix",
        (
            (
                "sites-enabled/a",
                "server { listen 80; location /app/ { rewrite ^/app(/.*)$ $1 break; proxy_pass http://localhost; } }",
            ),
        ),
        (((80,), (), (("/app/", "localhost:80"),)),),
    ),
    Sites(
        "a-pattern-with-braces",
        (
            (
                "sites-enabled/a",
                'server { listen *:8080; location ~ "^/r/[0-9]{4}/" { proxy_pass http://127.0.0.1:8000; }\n'
                "  location ~* \\.(?:css|js)$ { expires 365d; add_header Cache-Control 'public; max-age=1'; } }",
            ),
        ),
        (((8080,), (), (("~ ^/r/[0-9]{4}/", "127.0.0.1:8000"),)),),
    ),
    Sites(
        "parts-from-snippets",
        (
            ("snippets/app.conf", "location / { include snippets/to.conf; }"),
            ("snippets/to.conf", "proxy_pass http://unix:///srv//app/g.sock:/;"),
            ("sites-enabled/a", "server { listen 8085-8086; include snippets/app.conf; }"),
        ),
        (((8085, 8086), (), (("/", "/srv/app/g.sock"),)),),
    ),
    Sites(
        "a-folder-of-sites-of-an-own-name",
        (
            ("vhosts/10-b.vhost", "server { listen 127.0.0.1; server_name b.example; }"),
            ("vhosts/09-a.vhost", "server { listen 127.0.0.1:81; server_name a.example; }"),
            ("vhosts/09-a.vhost.off", "server { listen 82 }"),
        ),
        (((81,), ("a.example",), ()), ((80,), ("b.example",), ())),
        "events { } http { include /etc/nginx/vhosts/*.vhost; }",
    ),
    Sites(
        "the-upstream-comes-last",
        (
            ("sites-enabled/a", "server { listen 80 default; location / { proxy_pass http://zope/x; } }"),
            ("sites-enabled/z", "upstream zope { server 192.0.2.4; server unix:/run/z.sock backup; }"),
        ),
        (((80,), (), (("/", "192.0.2.4:80"), ("/", "/run/z.sock"))),),
    ),
    Sites(
        "a-port-of-the-document-and-tls-elsewhere",
        (
            (
                "sites-enabled/a",
                "server\n{\n\tlisten\t\t8443 ssl ;\n\tserver_name\n\t\ta.example\n\t\tb.example ;\n"
                "\tlocation  /  {  proxy_pass  https://192.0.2.9 ;  }\n}\r\n",
            ),
        ),
        (((), ("a.example", "b.example"), (("/", "192.0.2.9:443"),)),),
    ),
    Sites(
        "nested-locations-and-a-named-target",
        (
            (
                "sites-enabled/a",
                "server { listen unix:/run/front.sock; listen 80; location /a { location /a/b { limit_except GET {\n"
                "  deny all; } proxy_pass http://127.0.0.1:9000/; } } location /m { set $to http://127.0.0.1:9001;\n"
                "  proxy_pass $to; } }",
            ),
        ),
        (((80,), (), (("/a/b", "127.0.0.1:9000"), ("/m", "127.0.0.1:9001"))),),
    ),
    Sites(
        "a-database-beside-it",
        (("sites-enabled/a", "server { listen 80; location / { grpc_pass grpc://127.0.0.1:50051; } }"),),
        (((80,), (), (("/", "127.0.0.1:50051"),)),),
        "events { } stream { server { listen 5432; proxy_pass 127.0.0.1:5433; } } http { include sites-enabled/*; }",
    ),
)
