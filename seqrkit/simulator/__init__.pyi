from .authentication.principals import PUBLISHED as PUBLISHED
from .endpoint import Endpoint as Endpoint
from .phone import Bill as Bill, Phone as Phone
