from .checkout import Checkout as Checkout
from .clock_widget import ClockWidget as ClockWidget
from .form import Form as Form
from .phone_widget import PhoneWidget as PhoneWidget
from .workbench import Workbench as Workbench
